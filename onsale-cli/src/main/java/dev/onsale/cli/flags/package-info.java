/** {@code onsale flags}: what flags say, and changes to them, by an instance's admin port or straight to the topic. */
@NullMarked
package dev.onsale.cli.flags;

import org.jspecify.annotations.NullMarked;
