/** What the rules cost by themselves, without a broker. */
@NullMarked
package dev.onsale.bench.core;

import org.jspecify.annotations.NullMarked;
