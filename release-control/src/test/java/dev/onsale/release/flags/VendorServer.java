package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A local server that speaks a vendor's published protocol, so far as an SDK of theirs needs it. It may go away and come back. */
abstract class VendorServer implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    /** What is said of a flag. */
    sealed interface Said {}

    /** A kill switch. */
    record Switch(boolean on) implements Said {}

    /** The candidate for one buyer, stable for everybody else. */
    record For(String buyer) implements Said {}

    /** The candidate for a share of the buyers, in percent; stable for the others. */
    record Share(int percent) implements Said {}

    /** By name. */
    final Map<String, Said> flags = new ConcurrentSkipListMap<>();

    private final AtomicInteger version = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private final int port;
    private volatile String key;
    private volatile boolean down;
    private @Nullable HttpServer server;

    /** @param key which clients must show */
    VendorServer(String key) {
        this.key = key;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    void say(String flag, Said said) {
        flags.put(flag, said);
        version.incrementAndGet();
    }

    /** From now on clients must show another key. */
    void lockTo(String otherKey) {
        key = otherKey;
    }

    /** From now on it breaks connections off, or does not. */
    void setDown(boolean down) {
        this.down = down;
    }

    /** How many requests it has broken off. */
    int missed() {
        return missed.get();
    }

    /** How many requests showed another key. */
    int refused() {
        return refused.get();
    }

    /** Scheme, host and port. */
    String address() {
        return "http://127.0.0.1:" + port;
    }

    void start() throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        started.createContext("/", this::handle);
        started.start();
        server = started;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (down) {
                missed.incrementAndGet();
            } else if (shows(exchange, key)) {
                answer(exchange);
            } else {
                refused.incrementAndGet();
                send(exchange, refusal(), JSON.createObjectNode().put("message", "no such key"));
            }
        }
    }

    /** Whether a request shows a key. */
    abstract boolean shows(HttpExchange exchange, String key);

    /** The status of an answer to whoever shows another. */
    int refusal() {
        return 401;
    }

    /** Answers a request that shows the key. */
    abstract void answer(HttpExchange exchange) throws IOException;

    /** Answers with all flags, unless the client has them already. */
    final void sendFlags(HttpExchange exchange, JsonNode document) throws IOException {
        String tag = "\"" + version.get() + "\"";
        exchange.getResponseHeaders().set("ETag", tag);
        exchange.getResponseHeaders().set("Last-Modified", "Wed, 25 Nov 2026 10:00:00 GMT");
        if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else {
            send(exchange, 200, document);
        }
    }

    static void send(HttpExchange exchange, int status, JsonNode document) throws IOException {
        byte[] body = document.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
