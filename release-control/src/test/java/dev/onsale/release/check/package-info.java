@NullMarked
package dev.onsale.release.check;

import org.jspecify.annotations.NullMarked;
