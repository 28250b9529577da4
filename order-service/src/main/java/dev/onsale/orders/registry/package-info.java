/** The read half of the Confluent Schema Registry API, over the schemas in the jar. */
@NullMarked
package dev.onsale.orders.registry;

import org.jspecify.annotations.NullMarked;
