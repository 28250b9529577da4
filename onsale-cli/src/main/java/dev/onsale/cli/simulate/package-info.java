/** {@code onsale simulate}: the deterministic simulator at the command line. */
@NullMarked
package dev.onsale.cli.simulate;

import org.jspecify.annotations.NullMarked;
