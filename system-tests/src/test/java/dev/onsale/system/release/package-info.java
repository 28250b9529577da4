/** Releases while buyers buy. */
@NullMarked
package dev.onsale.system.release;

import org.jspecify.annotations.NullMarked;
