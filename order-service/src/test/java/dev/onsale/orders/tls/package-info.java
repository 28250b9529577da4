/** Tests of certificates and TLS. */
@NullMarked
package dev.onsale.orders.tls;

import org.jspecify.annotations.NullMarked;
