/** Calls to order-service and the gateway simulator over HTTP. */
@NullMarked
package dev.onsale.cli.http;

import org.jspecify.annotations.NullMarked;
