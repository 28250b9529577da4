/** Callers who are slow, idle or too many, below HTTP. */
@NullMarked
package dev.onsale.orders.connections;

import org.jspecify.annotations.NullMarked;
