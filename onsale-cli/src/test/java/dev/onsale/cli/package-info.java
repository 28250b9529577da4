@NullMarked
package dev.onsale.cli;

import org.jspecify.annotations.NullMarked;
