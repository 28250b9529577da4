/** What an organizer puts on sale, read from JSON or YAML with errors that name line and field. */
@NullMarked
package dev.onsale.orders.layout;

import org.jspecify.annotations.NullMarked;
