package dev.onsale.payments.simulator;

import dev.onsale.runtime.Settings;
import java.nio.file.Path;

/**
 * What the simulator needs to know.
 *
 * @param host address to listen on
 * @param port port to listen on; 0: a free one
 * @param ledgerFile where every effect is written; created with its folder when absent
 * @param seed of the random choices that {@link Behaviour} asks for
 */
public record SimulatorConfig(String host, int port, Path ledgerFile, long seed) {

    public static final int DEFAULT_PORT = 8082;

    /** Reads and checks every setting. @throws dev.onsale.runtime.OperatorError naming the one that is wrong */
    public static SimulatorConfig from(Settings settings) {
        var config = new SimulatorConfig(
                settings.text("gateway.host", "127.0.0.1"),
                settings.integer("gateway.port", DEFAULT_PORT, 0, 65_535),
                Path.of(settings.text("gateway.ledger", "gateway-ledger.jsonl")),
                settings.integer("gateway.seed", 1, 0, Integer.MAX_VALUE));
        settings.requireAllKnown();
        return config;
    }
}
