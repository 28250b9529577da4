/** {@code onsale demo}: the whole story on a small event, told while it is checked. */
@NullMarked
package dev.onsale.cli.demo;

import org.jspecify.annotations.NullMarked;
