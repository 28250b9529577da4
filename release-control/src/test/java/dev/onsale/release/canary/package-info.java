@NullMarked
package dev.onsale.release.canary;

import org.jspecify.annotations.NullMarked;
