@NullMarked
package dev.onsale.release.roll;

import org.jspecify.annotations.NullMarked;
