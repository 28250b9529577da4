package dev.onsale.schemas;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A topic: what its keys and values are, and the settings it must have.
 *
 * @param name the topic's name
 * @param valueType class of the values; keys are UTF-8 strings
 * @param settings topic settings on which correctness rests; {@code onsale doctor} checks them
 */
public record Topic<V extends SpecificRecord>(String name, Class<V> valueType, Map<String, String> settings) {

    public Serde<String> keySerde() {
        return Serdes.String();
    }

    /** A new serde for the values; give each app its own. */
    public Serde<V> valueSerde(SchemaIds ids) {
        return AvroSerde.of(valueType, ids, name + "-value");
    }
}
