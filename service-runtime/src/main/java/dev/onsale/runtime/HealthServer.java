package dev.onsale.runtime;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.BindException;
import java.util.function.BooleanSupplier;

/** Health and metrics of a service over HTTP: {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
public final class HealthServer implements AutoCloseable {

    private final WebServer server;

    private HealthServer(WebServer server) {
        this.server = server;
    }

    /**
     * Starts serving.
     *
     * @param host address to listen on
     * @param port port to listen on; 0: a free one
     * @throws OperatorError when the port is in use
     */
    public static HealthServer start(
            String host, int port, BooleanSupplier live, BooleanSupplier ready, PrometheusMeterRegistry meters) {
        return new HealthServer(listen(host, port, HttpRouting.builder().register(routes(live, ready, meters))));
    }

    /** Starts an HTTP server. @throws OperatorError when the port is in use */
    public static WebServer listen(String host, int port, HttpRouting.Builder routing) {
        WebServer server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(routing)
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw inUse(host, port);
                }
            }
            throw e;
        }
        // The web server logs why it cannot listen, and does not always throw.
        if (!server.isRunning()) {
            throw inUse(host, port);
        }
        return server;
    }

    private static OperatorError inUse(String host, int port) {
        return new OperatorError(
                "Port " + port + " on " + host + " is in use; stop what listens there, or choose another port.");
    }

    /** The three routes, for a service that has an HTTP server of its own. */
    public static HttpService routes(BooleanSupplier live, BooleanSupplier ready, PrometheusMeterRegistry meters) {
        // By the time of its start another process on the same port is told from this one.
        new UptimeMetrics().bindTo(meters);
        return rules -> rules.get("/health/live", (request, response) -> answer(response, live.getAsBoolean()))
                .get("/health/ready", (request, response) -> answer(response, ready.getAsBoolean()))
                .get(
                        "/metrics",
                        (request, response) -> response.header(
                                        HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                                .send(meters.scrape()));
    }

    private static void answer(io.helidon.webserver.http.ServerResponse response, boolean up) {
        response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
