package dev.onsale.cli.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What to start, and where.
 *
 * @param data folder for everything that is kept
 * @param httpPort public port of order-service; of this and the other ports, 0 means a free one
 * @param adminPort admin port of order-service
 * @param kafkaPort port of the broker
 * @param gatewayPort port of the payment gateway's simulator
 * @param partitions of the commands; absent: as many as there are, or {@value #DEFAULT_PARTITIONS}
 * @param settings of the services, see {@link ServiceSettings}
 */
public record StackOptions(
        Path data,
        int httpPort,
        int adminPort,
        int kafkaPort,
        int gatewayPort,
        OptionalInt partitions,
        Map<String, String> settings) {

    public static final int DEFAULT_PARTITIONS = 4;

    public StackOptions {
        settings = Map.copyOf(settings);
    }
}
