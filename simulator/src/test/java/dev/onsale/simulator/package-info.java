@NullMarked
package dev.onsale.simulator;

import org.jspecify.annotations.NullMarked;
