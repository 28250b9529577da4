/** {@code onsale rehearse-switch}: what a kill switch promises, tried before the night on a sale of its own. */
@NullMarked
package dev.onsale.cli.rehearse;

import org.jspecify.annotations.NullMarked;
