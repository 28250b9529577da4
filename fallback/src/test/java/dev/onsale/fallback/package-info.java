/** Tests of the export to PostgreSQL. */
@NullMarked
package dev.onsale.fallback;

import org.jspecify.annotations.NullMarked;
