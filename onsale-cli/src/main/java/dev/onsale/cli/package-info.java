/** The {@code onsale} command: one class for each subcommand, and what they share. */
@NullMarked
package dev.onsale.cli;

import org.jspecify.annotations.NullMarked;
