package dev.onsale.orders.connections;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.onsale.orders.tls.Offer;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one port. The web server reads and writes without an end, so a timer cuts off whoever is too slow; and
 * when there are too many, whoever has kept us waiting longest makes room: a request that comes in at all comes in within
 * milliseconds, so others are not met.
 */
public final class Connections implements ServerConnectionSelector, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final long LOOK_MILLIS = 100;
    /** So many are cut off together, so that the longest-waiting need not be looked for with each new connection. */
    private static final int ROOM = 20;
    /** The web server's own limit of a request's first line. */
    private static final int PROLOGUE_BYTES = 4096;
    /** A body becomes so many times as long when each byte is sent as a chunk of its own: {@code 1\r\nx\r\n}. */
    private static final int MOST_CHUNKED = 6;

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ServerConnectionSelector http1;
    private final ConnectionConfig config;
    private final Optional<? extends Supplier<Offer>> tls;
    private final int most;
    private final long requestBytes;
    private final String port;
    private final MeterRegistry meters;
    private final ScheduledExecutorService timer;

    /**
     * Connections that are still to come.
     *
     * @param tls what a connection is offered at its begin; empty: it is plain
     * @param port its name in metrics and threads
     * @param maxBodyBytes of a request
     */
    public Connections(
            ConnectionConfig config,
            Optional<? extends Supplier<Offer>> tls,
            String port,
            int maxBodyBytes,
            MeterRegistry meters) {
        this.config = config;
        this.tls = tls;
        this.requestBytes = config.headerBytes() + PROLOGUE_BYTES + (long) maxBodyBytes * MOST_CHUNKED;
        this.port = port;
        this.meters = meters;
        this.most = affordable(config.most());
        this.http1 = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxHeadersSize(config.headerBytes())
                        .build())
                .build();
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(port + "-connections").factory());
        var _ = timer.scheduleWithFixedDelay(this::cutOverdue, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        Gauge.builder("onsale.http.connections", open, Set::size)
                .description("Callers that are connected.")
                .tag("port", port)
                .register(meters);
    }

    /** A web server that cannot accept for want of file descriptors stops; the view of orders needs some, too. */
    private static int affordable(int most) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            int half = (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount() / 2);
            if (half < most) {
                log.warn(
                        "At most {} connections are held, half of the file descriptors that this process may have",
                        half);
                return half;
            }
        }
        return most;
    }

    /** Connections that the web server may accept: some more than are held, for those that are being cut off. */
    public int accepted() {
        return most + most / ROOM + 1;
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        Connection connection =
                new Connection(context, config, tls.map(offers -> new TlsLayer(context, offers.get())), requestBytes);
        open.add(connection);
        if (open.size() > most) {
            makeRoom();
        }
        return new LingeringConnection(http1.connection(connection), connection, this::noHandshake, open::remove);
    }

    private void noHandshake(IOException why) {
        log.debug("A connection to the port {} has come to no handshake", port, why);
        meters.counter("onsale.tls.handshakes.failed", "port", port).increment();
    }

    private void makeRoom() {
        record Waiting(Connection connection, long nanos) {}
        long now = System.nanoTime();
        open.stream()
                .map(connection -> new Waiting(connection, connection.waitingNanos(now)))
                .filter(waiting -> waiting.nanos() > 0)
                .sorted(Comparator.comparingLong(Waiting::nanos).reversed())
                .limit(1 + most / ROOM)
                .forEach(waiting -> cut(waiting.connection(), "room"));
    }

    private void cutOverdue() {
        long now = System.nanoTime();
        open.forEach(connection -> {
            String why = connection.overdue(now);
            if (!why.isEmpty()) {
                cut(connection, why);
            }
        });
    }

    private void cut(Connection connection, String why) {
        if (open.remove(connection)) {
            meters.counter("onsale.http.cut", "port", port, "why", why).increment();
            connection.cut();
        }
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
