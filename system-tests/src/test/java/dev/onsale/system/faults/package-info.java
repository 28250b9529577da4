/** What the system survives: the named faults, each with the same oracle. */
@NullMarked
package dev.onsale.system.faults;

import org.jspecify.annotations.NullMarked;
