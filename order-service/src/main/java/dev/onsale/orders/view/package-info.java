/** What was decided, as far as this instance holds it, and who waits for it. */
@NullMarked
package dev.onsale.orders.view;

import org.jspecify.annotations.NullMarked;
