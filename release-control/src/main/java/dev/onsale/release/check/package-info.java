/** What a build expects of the brokers, of its state and of other builds, and what a change of it means for a release. */
@NullMarked
package dev.onsale.release.check;

import org.jspecify.annotations.NullMarked;
