/** Factories for managed flag services. Their jars do not come with onsale; whoever uses one puts them on the class path. */
@NullMarked
package dev.onsale.release.flags.managed;

import org.jspecify.annotations.NullMarked;
