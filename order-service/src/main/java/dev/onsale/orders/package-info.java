/**
 * HTTP in, orders out. A POST becomes a command on the log; the answer is read from a view of {@code onsale.orders} that
 * each instance holds a part of.
 *
 * <p>{@code http} speaks to buyers and organizers, {@code log} writes commands and knows how long the queue is, {@code
 * view} holds what was decided and wakes who waits for it, {@code layout} reads what an organizer puts on sale, {@code
 * registry} serves the schemas.
 */
@NullMarked
package dev.onsale.orders;

import org.jspecify.annotations.NullMarked;
