/** {@code onsale release}. */
@NullMarked
package dev.onsale.cli.release;

import org.jspecify.annotations.NullMarked;
