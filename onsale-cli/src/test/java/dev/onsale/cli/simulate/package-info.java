@NullMarked
package dev.onsale.cli.simulate;

import org.jspecify.annotations.NullMarked;
