package dev.onsale.system.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;

/** A buyer behind HAProxy, who keeps its cookie as a browser does. */
public final class EdgeBuyer {

    private static final String COOKIE = "onsale-build";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI edge;
    private final String name;
    private volatile String server = "";

    public EdgeBuyer(URI edge, String name) {
        this.edge = edge;
        this.name = name;
    }

    /**
     * Buys, and remembers who answered.
     *
     * @param waitSeconds how long to wait for the decision; 0: not at all
     * @return status of the answer
     */
    public int buy(String key, String body, int waitSeconds) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(edge.resolve("/orders"))
                .header("Onsale-Buyer", name)
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return send(waitSeconds == 0 ? request : request.header("Prefer", "wait=" + waitSeconds));
    }

    private int send(HttpRequest.Builder request) throws IOException {
        if (!server.isEmpty()) {
            request.header("Cookie", COOKIE + "=" + server);
        }
        try {
            HttpResponse<Void> answer = CLIENT.send(request.timeout(TIMEOUT).build(), BodyHandlers.discarding());
            answer.headers().allValues("Set-Cookie").stream()
                    .filter(set -> set.startsWith(COOKIE + "="))
                    .forEach(set -> server = set.substring(COOKIE.length() + 1).split(";", 2)[0]);
            return answer.statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The server that answered last; empty: none did. */
    public String server() {
        return server;
    }
}
