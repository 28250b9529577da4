package dev.onsale.schemas;

import org.apache.kafka.common.errors.SerializationException;

/** A schema or a schema id that nobody knows. */
public final class UnknownSchemaException extends SerializationException {
    private static final long serialVersionUID = 1L;

    public UnknownSchemaException(String message) {
        super(message);
    }
}
