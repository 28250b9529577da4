/** Scenarios in which all purchases wait in the queue when the clock starts, and the yardsticks that read the same queue. */
@NullMarked
package dev.onsale.bench.queue;

import org.jspecify.annotations.NullMarked;
