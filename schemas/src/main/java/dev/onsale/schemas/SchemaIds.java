package dev.onsale.schemas;

import org.apache.avro.Schema;

/** Which number stands for which schema on the wire. Implementations are safe for use by several threads. */
public interface SchemaIds {

    /**
     * The number that stands for a schema.
     *
     * @param subject the registry's subject: topic name + {@code -value}
     * @throws UnknownSchemaException when the schema has no number and cannot get one
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema for which a number stands.
     *
     * @throws UnknownSchemaException when no schema has the number
     */
    Schema schemaOf(int id);
}
