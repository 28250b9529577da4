@NullMarked
package dev.onsale.cli.embedded;

import org.jspecify.annotations.NullMarked;
