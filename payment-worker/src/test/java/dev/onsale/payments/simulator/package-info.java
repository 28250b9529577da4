@NullMarked
package dev.onsale.payments.simulator;

import org.jspecify.annotations.NullMarked;
