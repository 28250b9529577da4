/** Sections, orders and seats in PostgreSQL, exported from {@code onsale.events} exactly once. */
@NullMarked
package dev.onsale.fallback;

import org.jspecify.annotations.NullMarked;
