/** Who a signed token says that the buyer is. */
@NullMarked
package dev.onsale.orders.identity;

import org.jspecify.annotations.NullMarked;
