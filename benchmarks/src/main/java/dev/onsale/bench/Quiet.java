package dev.onsale.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Logs errors only: what is measured must not write pages about itself. */
final class Quiet {

    private Quiet() {}

    static void logging() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.getLoggerContext().getLoggerList().forEach(each -> each.setLevel(Level.ERROR));
        }
    }
}
