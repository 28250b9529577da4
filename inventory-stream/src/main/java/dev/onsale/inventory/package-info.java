/** The rules run on Kafka Streams: topology, one processor, two stores, the service around them. */
@NullMarked
package dev.onsale.inventory;

import org.jspecify.annotations.NullMarked;
