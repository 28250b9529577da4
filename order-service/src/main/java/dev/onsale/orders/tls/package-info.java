/** Certificates, and what TLS on the HTTP ports offers. */
@NullMarked
package dev.onsale.orders.tls;

import org.jspecify.annotations.NullMarked;
