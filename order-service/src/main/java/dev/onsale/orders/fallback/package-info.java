/** Sales go on from PostgreSQL while the decider is away. */
@NullMarked
package dev.onsale.orders.fallback;

import org.jspecify.annotations.NullMarked;
