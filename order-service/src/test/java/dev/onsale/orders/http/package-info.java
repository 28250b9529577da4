@NullMarked
package dev.onsale.orders.http;

import org.jspecify.annotations.NullMarked;
