/** Selling from PostgreSQL while the decider is away. */
@NullMarked
package dev.onsale.fallback.desk;

import org.jspecify.annotations.NullMarked;
