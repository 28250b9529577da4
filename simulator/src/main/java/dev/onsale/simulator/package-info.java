/**
 * A deterministic simulator: the real rules of {@code inventory-domain} in a world of one thread, one virtual clock and one
 * seed, in which everything around them fails.
 *
 * <p>Read it in this order. {@link dev.onsale.simulator.Step} lists all that can happen. {@link dev.onsale.simulator.World}
 * lets it happen: {@link dev.onsale.simulator.CommandLog} and {@link dev.onsale.simulator.Partition} are what Kafka promises,
 * {@link dev.onsale.simulator.Instance} is a decider, {@link dev.onsale.simulator.Payments}, {@link
 * dev.onsale.simulator.Worker} and {@link dev.onsale.simulator.Gateway} are the way of the money. {@link
 * dev.onsale.simulator.Books} checks every invariant after every step by means that are not the rules'. {@link
 * dev.onsale.simulator.Scheduler} draws what happens next, {@link dev.onsale.simulator.Simulation} runs sale after sale, and
 * {@link dev.onsale.simulator.Shrinker} cuts a failing history down. {@link dev.onsale.simulator.Mutant} lists the faults that
 * can be built in to see that they are found.
 *
 * <p>What it takes for granted:
 *
 * <ul>
 *   <li>A Kafka transaction is atomic: stores, events, payment requests and the input's offset become visible together or not
 *       at all. So a crash between two writes of one transaction is a crash before its commit.
 *   <li>Records of a partition keep their order, what was acknowledged is never lost, and a reader of committed records waits
 *       at an open transaction and passes over an aborted one.
 *   <li>A newer epoch fences an older one: taking over aborts the older one's transaction, and its commit is refused.
 *   <li>The share group delivers a request at least once until it is acknowledged, to any worker, also to several at a time.
 *   <li>The gateway keeps its ledger, and honours an idempotency key for as long as the sale lasts.
 *   <li>A request that is lost on its way to the log is one that was not sent, and a delayed one is one that was sent later:
 *       neither needs a step of its own. A lost answer is a buyer who asks again.
 * </ul>
 *
 * <p>What it leaves to tests with real brokers: serialization, the stores' files, threads, timeouts, sales that move to
 * PostgreSQL and back, and whether Kafka keeps these promises.
 */
@NullMarked
package dev.onsale.simulator;

import org.jspecify.annotations.NullMarked;
