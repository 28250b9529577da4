/** Rolling out a build: one instance after the other, and back as soon as one is worse. */
@NullMarked
package dev.onsale.release.roll;

import org.jspecify.annotations.NullMarked;
