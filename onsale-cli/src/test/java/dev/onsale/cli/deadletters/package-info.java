@NullMarked
package dev.onsale.cli.deadletters;

import org.jspecify.annotations.NullMarked;
