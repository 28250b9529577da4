/** How often the same buyer, or the same address, may call. */
@NullMarked
package dev.onsale.orders.limit;

import org.jspecify.annotations.NullMarked;
