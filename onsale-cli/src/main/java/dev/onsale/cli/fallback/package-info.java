/** {@code onsale fallback}: sales from PostgreSQL while the decider is down for good. */
@NullMarked
package dev.onsale.cli.fallback;

import org.jspecify.annotations.NullMarked;
