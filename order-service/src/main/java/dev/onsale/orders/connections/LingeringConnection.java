package dev.onsale.orders.connections;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A connection that is served by another class. A caller that was refused while it still sends is listened to for a moment, so
 * that it reads the answer: a connection that is closed with bytes unread is reset, and the answer may be lost.
 */
final class LingeringConnection implements ServerConnection, InterruptableTask<Void> {

    private final ServerConnection served;
    private final Connection connection;
    private final Consumer<IOException> noHandshake;
    private final Consumer<Connection> ended;
    private volatile boolean closing;

    LingeringConnection(
            ServerConnection served,
            Connection connection,
            Consumer<IOException> noHandshake,
            Consumer<Connection> ended) {
        this.served = served;
        this.connection = connection;
        this.noHandshake = noHandshake;
        this.ended = ended;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            connection.begin();
            served.handle(limit);
        } catch (IOException e) {
            noHandshake.accept(e);
        } finally {
            connection.end();
            if (!closing) {
                connection.discardWhatStillComes();
            }
            ended.accept(connection);
        }
    }

    @Override
    public Duration idleTime() {
        return served.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        closing = true;
        served.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return served instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
