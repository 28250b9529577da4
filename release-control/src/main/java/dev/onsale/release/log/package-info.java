/** The release log: who changed what, when and why, and every verdict with its inputs. */
@NullMarked
package dev.onsale.release.log;

import org.jspecify.annotations.NullMarked;
