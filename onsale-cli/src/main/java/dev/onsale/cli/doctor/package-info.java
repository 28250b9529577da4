/** {@code onsale doctor}: looks at a cluster and says what would go wrong, and what mends it. */
@NullMarked
package dev.onsale.cli.doctor;

import org.jspecify.annotations.NullMarked;
