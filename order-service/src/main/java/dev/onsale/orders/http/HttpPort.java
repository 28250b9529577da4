package dev.onsale.orders.http;

import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.connections.Connections;
import dev.onsale.orders.tls.Offer;
import dev.onsale.runtime.OperatorError;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.BindException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A port that serves HTTP. What is no HTTP, or too much of it, is answered by a problem like everything else. */
public final class HttpPort implements AutoCloseable {

    private final WebServer server;
    private final Connections connections;

    private HttpPort(WebServer server, Connections connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * What a port takes.
     *
     * @param name prefix of the settings that name host and port, and its name in metrics
     * @param port 0: a free one
     * @param maxBodyBytes the largest body that any route takes: the web server holds so much of each caller in memory
     * @param tls what a connection is offered at its begin; empty: it is plain
     */
    public record Setup(
            String name,
            String host,
            int port,
            int maxBodyBytes,
            ConnectionConfig connections,
            Optional<? extends Supplier<Offer>> tls) {}

    /**
     * Starts serving.
     *
     * @throws OperatorError when the port is in use
     */
    public static HttpPort listen(Setup setup, HttpRouting.Builder routing, MeterRegistry meters) {
        DirectHandlers.Builder errors = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            errors.addHandler(
                    type,
                    (request, event, status, headers, message) ->
                            problem(setup.maxBodyBytes(), status, headers, message));
        }
        Connections connections =
                new Connections(setup.connections(), setup.tls(), setup.name(), setup.maxBodyBytes(), meters);
        WebServer server = WebServer.builder()
                .host(setup.host())
                .port(setup.port())
                .shutdownHook(false)
                .maxPayloadSize(setup.maxBodyBytes())
                .maxTcpConnections(connections.accepted())
                .protocolsDiscoverServices(false)
                .addConnectionSelector(connections)
                .directHandlers(errors.build())
                .routing(routing)
                .build();
        try {
            server.start();
            // The web server logs why it cannot listen, and does not always throw.
            if (!server.isRunning()) {
                throw new OperatorError(notListening(setup, "it is in use"));
            }
            return new HttpPort(server, connections);
        } catch (RuntimeException e) {
            connections.close();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new OperatorError(notListening(setup, String.valueOf(cause.getMessage())));
                }
            }
            throw e;
        }
    }

    private static String notListening(Setup setup, String why) {
        return "Port " + setup.port() + " on " + setup.host() + " cannot be listened on (" + why
                + "); stop what listens there, or set " + setup.name() + ".host or " + setup.name()
                + ".port to another one.";
    }

    private static DirectHandler.TransportResponse problem(
            int maxBodyBytes, Status status, ServerResponseHeaders headers, @Nullable String message) {
        Problem problem = status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                ? Problem.tooLarge(maxBodyBytes)
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
        connections.close();
    }
}
