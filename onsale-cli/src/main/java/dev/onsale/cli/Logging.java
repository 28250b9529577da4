package dev.onsale.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * What is logged to stderr. {@code up} is a service and logs its events; the other commands speak for themselves, so that a
 * broker that is away is one sentence and not a page of retries.
 */
final class Logging {

    private Logging() {}

    static void configure(String command, Map<String, String> environment) {
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
        if (!command.equals("up") && !"1".equals(environment.get("ONSALE_DEBUG"))) {
            level(Logger.ROOT_LOGGER_NAME, Level.OFF);
            level("dev.onsale", Level.OFF);
        }
    }

    private static void level(String name, Level level) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            logger.setLevel(level);
        }
    }
}
