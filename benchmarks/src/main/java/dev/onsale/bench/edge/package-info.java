/** A whole onsale in a process of its own, and buyers who come over HTTP at a constant rate. */
@NullMarked
package dev.onsale.bench.edge;

import org.jspecify.annotations.NullMarked;
