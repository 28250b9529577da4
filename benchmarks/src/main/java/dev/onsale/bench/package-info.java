/**
 * How fast the system is. Scenarios run against a broker in a process of its own, beside yardsticks: programs that write as much
 * and decide nothing. Only ratios of one run mean something, for the machine is never the same twice.
 */
@NullMarked
package dev.onsale.bench;

import org.jspecify.annotations.NullMarked;
