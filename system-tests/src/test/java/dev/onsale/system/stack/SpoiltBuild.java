package dev.onsale.system.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onsale.system.stack.HaproxyProcess.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A build of order-service with a fault: a sound one, behind a front that spoils what it answers. Its health is the sound one's. */
public final class SpoiltBuild implements AutoCloseable {

    private static final List<String> HEADERS = List.of("Onsale-Buyer", "Idempotency-Key", "Content-Type", "Prefer");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    private final Instance sound;
    private final Fault fault;
    private final HttpServer http;
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * What is wrong.
     *
     * @param errorsPerHundred of a hundred calls, evenly among them, so many fail inside and reach nobody
     * @param slowness how many times as long an answer takes
     */
    public record Fault(int errorsPerHundred, int slowness) {

        boolean failsAt(int call) {
            return call * errorsPerHundred / 100 != (call - 1) * errorsPerHundred / 100;
        }
    }

    private SpoiltBuild(Instance sound, Fault fault) throws IOException {
        this.sound = sound;
        this.fault = fault;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    public static SpoiltBuild start(Instance sound, Fault fault) throws IOException {
        return new SpoiltBuild(sound, fault);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fault.failsAt(calls.incrementAndGet())) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            long begin = System.nanoTime();
            HttpResponse<byte[]> answer = CLIENT.send(request(exchange, body), BodyHandlers.ofByteArray());
            TimeUnit.NANOSECONDS.sleep((fault.slowness() - 1) * (System.nanoTime() - begin));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + sound.http()).resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        for (String name : HEADERS) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        return request.build();
    }

    public Instance instance() {
        return new Instance(http.getAddress().getPort(), sound.admin());
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
