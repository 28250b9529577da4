/** What buyers and organizers may ask over HTTP, and how it is answered. */
@NullMarked
package dev.onsale.orders.http;

import org.jspecify.annotations.NullMarked;
