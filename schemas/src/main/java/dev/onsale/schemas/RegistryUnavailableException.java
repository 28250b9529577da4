package dev.onsale.schemas;

import org.apache.kafka.common.KafkaException;

/**
 * The schema registry does not answer. That says nothing about the record at hand: whoever gets this must try again or stop,
 * never put the record into dead letters.
 */
public final class RegistryUnavailableException extends KafkaException {
    private static final long serialVersionUID = 1L;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
