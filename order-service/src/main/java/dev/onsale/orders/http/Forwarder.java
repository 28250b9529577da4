package dev.onsale.orders.http;

import dev.onsale.orders.tls.InstanceCalls;
import dev.onsale.orders.view.ViewUnavailableException;
import io.helidon.http.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes a whole call on to the instance that holds its order, and that instance's answer back. */
final class Forwarder {

    private static final Logger log = LoggerFactory.getLogger(Forwarder.class);
    private static final List<String> SENT = List.of(
            "Accept", "Content-Type", "If-None-Match", "Prefer", Callers.BUYER, Callers.REQUEST_ID, "Authorization");
    private static final List<String> RETURNED = List.of(
            "Allow", "Cache-Control", "ETag", "Location", "Preference-Applied", "Retry-After", "WWW-Authenticate");
    /** Beyond what a call waits. A frozen instance keeps its connections, and says nothing. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final InstanceCalls calls;
    private final Fellows fellows;
    private final Duration usualWait;

    /** @param usualWait how long a call may wait whose caller does not say */
    Forwarder(InstanceCalls calls, Fellows fellows, Duration usualWait) {
        this.calls = calls;
        this.fellows = fellows;
        this.usualWait = usualWait;
    }

    /**
     * Passes a call on.
     *
     * @param target path and query at the other instance
     * @return false when the other instance did not answer; it may have acted nevertheless
     * @throws ViewUnavailableException when it does not hold the order (any more), and has not acted
     */
    boolean forward(Call call, HostInfo to, String target, byte[] body) throws InterruptedException, IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(calls.uri(to, target))
                .timeout(Prefer.waiting(call).orElse(usualWait).plus(ANSWER_TIMEOUT))
                .header(Callers.FORWARDED, fellows.proof())
                .method(call.method(), body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        SENT.forEach(name -> call.headers(name).forEach(value -> request.header(name, value)));
        HttpResponse<InputStream> answer;
        try {
            answer = calls.client().send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            log.warn("The instance at {}:{} does not answer: {}", to.host(), to.port(), e.toString());
            return false;
        }
        try (InputStream in = answer.body()) {
            if (answer.statusCode() != Status.SERVICE_UNAVAILABLE_503.code()) {
                passBack(call, answer, in);
                return true;
            }
            byte[] problem = in.readAllBytes();
            if (new String(problem, StandardCharsets.UTF_8).contains(Problem.VIEW_UNAVAILABLE)) {
                throw new ViewUnavailableException(null);
            }
            passBack(call, answer, new ByteArrayInputStream(problem));
        }
        return true;
    }

    private static void passBack(Call call, HttpResponse<InputStream> answer, InputStream in) throws IOException {
        call.status(answer.statusCode());
        RETURNED.forEach(name -> answer.headers().firstValue(name).ifPresent(value -> call.set(name, value)));
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!type.startsWith(SseStream.MEDIA_TYPE)) {
            byte[] body = in.readAllBytes();
            if (body.length == 0) {
                call.empty();
            } else {
                call.bytes(type, body);
            }
            return;
        }
        byte[] buffer = new byte[8 * 1024];
        try (OutputStream out = call.stream(type)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }
}
