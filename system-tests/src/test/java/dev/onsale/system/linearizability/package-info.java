/** Whether what concurrent callers were told can be explained by some order in which their calls took effect, one at a time. */
@NullMarked
package dev.onsale.system.linearizability;

import org.jspecify.annotations.NullMarked;
