/** A proxy before Kafka brokers that understands their protocol, and does to it what networks do. */
@NullMarked
package dev.onsale.system.proxy;

import org.jspecify.annotations.NullMarked;
