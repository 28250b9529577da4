package dev.onsale.cli.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Kafka calls when something in it breaks. Kafka's own would halt the process without stopping the services. */
final class Faults implements FaultHandlerFactory {

    private static final Logger log = LoggerFactory.getLogger(Faults.class);

    private final Runnable failed;
    private final AtomicBoolean told = new AtomicBoolean();

    Faults(Runnable failed) {
        this.failed = failed;
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        return fatal ? (message, cause) -> fatal(name, action, message, cause) : new LoggingFaultHandler(name, action);
    }

    private RuntimeException fatal(String name, Runnable action, String message, @Nullable Throwable cause) {
        log.error("the broker cannot go on: {}: {}", name, message, cause);
        action.run();
        if (told.compareAndSet(false, true)) {
            failed.run();
        }
        return new FaultHandlerException(name + ": " + message, cause);
    }
}
