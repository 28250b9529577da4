/** What the demo and the rehearsals are told with: a stack of their own, buyers over HTTP, and checks that are told as they are made. */
@NullMarked
package dev.onsale.cli.story;

import org.jspecify.annotations.NullMarked;
