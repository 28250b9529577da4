/**
 * Reads the topics again, decides again, and proves what was sold and charged, or shows where it was not as promised. It proves
 * seven invariants; a violation names its number:
 *
 * <ol>
 *   <li>A seat has at most one owner (hold or sale) at every offset.
 *   <li>Every command has exactly one outcome; the same request id has the same answer every time.
 *   <li>Per order: captured − refunded = price of the tickets it holds; at most one capture that is not refunded.
 *   <li>Free + held + sold = capacity, for every section, at every offset.
 *   <li>No hold outlives its deadline by more than the clock's period while the clocks of holds run.
 *   <li>Per buyer and section, seats held and sold are within the limit.
 *   <li>Deciding the command log again yields the event log, byte for byte, and what is stored is what the events make of it.
 * </ol>
 *
 * {@link dev.onsale.audit.FactCheck} checks 1 to 6 from the events alone, with {@code Seats}, {@code Tickets} and {@code Money}, {@link dev.onsale.audit.Replay} 7.
 * Both work partition by partition; what must meet across topics meets by order, in the checks of a {@code Bucket}. {@code Course} says which
 * pieces that makes, and {@code Crew} does them.
 * {@link dev.onsale.audit.Story} tells all that there is of one order or seat.
 */
@NullMarked
package dev.onsale.audit;

import org.jspecify.annotations.NullMarked;
