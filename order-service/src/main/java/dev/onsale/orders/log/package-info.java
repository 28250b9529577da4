/** The command log as the edge sees it: commands are appended, and the queue before the decider has a length. */
@NullMarked
package dev.onsale.orders.log;

import org.jspecify.annotations.NullMarked;
