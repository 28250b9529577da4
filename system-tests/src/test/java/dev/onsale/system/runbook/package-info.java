/** The commands of the runbook, executed as they are written. */
@NullMarked
package dev.onsale.system.runbook;

import org.jspecify.annotations.NullMarked;
