/** {@code onsale dead-letters}: records that were put aside, sent again or dropped. What became of them is in the release log. */
@NullMarked
package dev.onsale.cli.deadletters;

import org.jspecify.annotations.NullMarked;
