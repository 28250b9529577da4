/** The embedded stack: a KRaft broker with its data on disk, and every service, in one process. */
@NullMarked
package dev.onsale.cli.embedded;

import org.jspecify.annotations.NullMarked;
