/** Flags: their definitions in {@code onsale.flags}, evaluation through OpenFeature, and what remains when the broker is away. */
@NullMarked
package dev.onsale.release.flags;

import org.jspecify.annotations.NullMarked;
