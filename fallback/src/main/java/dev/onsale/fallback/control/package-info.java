/** How sales move to PostgreSQL and back. */
@NullMarked
package dev.onsale.fallback.control;

import org.jspecify.annotations.NullMarked;
