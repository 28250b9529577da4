/** What every service needs to run: validated settings, health and metrics over HTTP, errors of one sentence. */
@NullMarked
package dev.onsale.runtime;

import org.jspecify.annotations.NullMarked;
