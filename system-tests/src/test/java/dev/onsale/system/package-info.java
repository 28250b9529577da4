/** Tests of the whole system on real brokers, with real crashes. */
@NullMarked
package dev.onsale.system;

import org.jspecify.annotations.NullMarked;
