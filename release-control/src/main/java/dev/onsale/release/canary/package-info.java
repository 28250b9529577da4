/** The canary of a code path: its judge, which is pure and reproducible from the log, and the controller that acts on the verdict. */
@NullMarked
package dev.onsale.release.canary;

import org.jspecify.annotations.NullMarked;
