package dev.onsale.orders.http;

import dev.onsale.runtime.OperatorError;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.net.BindException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A port that serves HTTP. What is no HTTP, or too much of it, is answered by a problem like everything else. */
public final class HttpPort implements AutoCloseable {

    /**
     * Beyond this a connection is cut off while its body still comes, and the caller may see that instead of the answer. A body that
     * is only too large for its route is read to its end, so that the answer is seen.
     */
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    /** Longer than any call waits. */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private final WebServer server;

    private HttpPort(WebServer server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param setting prefix of the settings that name host and port
     * @param port 0: a free one
     * @throws OperatorError when the port is in use
     */
    public static HttpPort listen(String setting, String host, int port, HttpRouting.Builder routing) {
        DirectHandlers.Builder errors = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            errors.addHandler(type, HttpPort::problem);
        }
        WebServer server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .maxPayloadSize(MAX_BODY_BYTES)
                .idleConnectionTimeout(IDLE_TIMEOUT)
                .directHandlers(errors.build())
                .routing(routing)
                .build();
        try {
            return new HttpPort(server.start());
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new OperatorError("Port " + port + " on " + host
                            + " cannot be listened on (" + cause.getMessage() + "); stop what listens there, or set "
                            + setting + ".host or " + setting + ".port to another one.");
                }
            }
            throw e;
        }
    }

    private static DirectHandler.TransportResponse problem(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        Problem problem = status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                ? Problem.tooLarge(MAX_BODY_BYTES)
                : Problem.of(
                        status.code(),
                        "malformed-request",
                        "The request is not valid HTTP",
                        "Send a valid HTTP/1.1 request ("
                                + Json.shortened(message == null ? status.reasonPhrase() : message) + ").");
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
                .entity(Json.bytes(problem.body(null)))
                .keepAlive(false)
                .build();
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
