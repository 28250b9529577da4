/** {@code onsale canary}: give a candidate to more and more buyers while the log speaks for it, and to nobody once it does not. */
@NullMarked
package dev.onsale.cli.canary;

import org.jspecify.annotations.NullMarked;
