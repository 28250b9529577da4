/**
 * The wire contract of onsale: which topics there are, what their keys and values are, and how those become bytes.
 *
 * <p>The Avro schemas stand in {@code src/main/avro}, every version that was ever released in {@code
 * src/main/resources/dev/onsale/schemas/history}.
 */
@NullMarked
package dev.onsale.schemas;

import org.jspecify.annotations.NullMarked;
