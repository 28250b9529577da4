package dev.onsale.orders.connections;

import dev.onsale.runtime.Settings;
import java.time.Duration;

/**
 * How many callers may be connected to a port, and how slow they may be.
 *
 * @param most connections at the same time; each costs some 30 KB (with TLS more), and a file descriptor
 * @param idle how long a connection may wait for its next request
 * @param request how long a request may take to come in, from its first byte to its last; or a TLS handshake
 * @param write how long a caller may take to take an answer, or a part of a stream
 * @param headerBytes size of a request's headers
 */
public record ConnectionConfig(int most, Duration idle, Duration request, Duration write, int headerBytes) {

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(10);

    /** @throws dev.onsale.runtime.OperatorError naming a setting that is invalid */
    public static ConnectionConfig from(Settings settings) {
        return new ConnectionConfig(
                settings.integer("http.connections", 10_000, 10, 1_000_000),
                settings.millis("http.idle.timeout.ms", Duration.ofMinutes(2), LEAST, MOST),
                settings.millis("http.request.timeout.ms", Duration.ofSeconds(20), LEAST, MOST),
                settings.millis("http.write.timeout.ms", Duration.ofSeconds(30), LEAST, MOST),
                settings.integer("http.header.bytes", 16 * 1024, 1024, 1024 * 1024));
    }
}
