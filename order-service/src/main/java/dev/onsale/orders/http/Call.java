package dev.onsale.orders.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One HTTP request and the answer to it. */
public final class Call {

    private static final String JSON = "application/json";
    /** Longer than parts of the view take to move to an instance that has a copy of them. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerRequest request;
    private final ServerResponse response;
    private final Map<String, String> pathParameters;
    private final long startedAtNanos = System.nanoTime();
    /** What was sent; null: not read yet. A call that is tried again reads it again. */
    private byte @Nullable [] body;
    /** Who buys; null: not asked yet. */
    private @Nullable String buyer;

    Call(ServerRequest request, ServerResponse response, Map<String, String> pathParameters) {
        this.request = request;
        this.response = response;
        this.pathParameters = pathParameters;
    }

    /** A part of the path, decoded. */
    public String path(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** Who is connected: the caller, or the last proxy before us. */
    InetAddress peer() {
        return ((InetSocketAddress) request.remotePeer().address()).getAddress();
    }

    String method() {
        return request.prologue().method().text();
    }

    /** Path and query as they were sent. */
    String target() {
        String query = request.query().rawValue();
        return request.path().rawPath() + (query.isEmpty() ? "" : "?" + query);
    }

    String rawPath() {
        return request.path().rawPath();
    }

    long startedAtNanos() {
        return startedAtNanos;
    }

    /**
     * Whether it may be tried again when the part of the view that it needs is moving. Not one that another instance has passed
     * on: that one tries again, since it may have to go elsewhere.
     */
    boolean mayBeTriedAgain() {
        return !Callers.forwarded(this) && !answered() && System.nanoTime() - startedAtNanos < PATIENCE.toNanos();
    }

    /** Who buys, found out once however often the call is tried. */
    String buyer(Supplier<String> asked) {
        String known = buyer;
        if (known == null) {
            known = asked.get();
            buyer = known;
        }
        return known;
    }

    Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    List<String> headers(String name) {
        HeaderName header = HeaderNames.create(name);
        return request.headers().contains(header) ? request.headers().all(header, List::of) : List.of();
    }

    /**
     * The body.
     *
     * @param types media types that it may have
     * @throws Problem 413 when it is larger than the limit, 415 when it has another type
     */
    public byte[] body(int limit, String... types) {
        String type = header("Content-Type").orElse("");
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!Arrays.asList(types).contains(essence)) {
            throw Problem.of(
                    415,
                    "unsupported-media-type",
                    "The body has another media type",
                    "Send the header Content-Type: " + String.join(" or ", types) + ".");
        }
        if (request.headers().contentLength().orElse(0) > limit) {
            throw Problem.tooLarge(limit);
        }
        byte[] read = body;
        if (read != null) {
            return read;
        }
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream in = request.content().inputStream()) {
            read = in.readNBytes(limit + 1);
            if (read.length > limit) {
                throw Problem.tooLarge(limit);
            }
            body = read;
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Call status(int status) {
        response.status(Status.create(status));
        return this;
    }

    public Call set(String header, String value) {
        response.header(HeaderNames.create(header), value);
        return this;
    }

    /** Sends the answer. */
    public void json(Object body) {
        bytes(JSON, Json.bytes(body));
    }

    /** Sends the answer as JSON of a media type of its own. */
    public void send(String contentType, Object body) {
        bytes(contentType, Json.bytes(body));
    }

    void bytes(String contentType, byte[] body) {
        response.header(HeaderNames.CONTENT_TYPE, contentType);
        response.send(body);
    }

    void empty() {
        response.send();
    }

    OutputStream stream(String contentType) {
        response.header(HeaderNames.CONTENT_TYPE, contentType);
        return response.outputStream();
    }

    void problem(Problem problem) {
        status(problem.status());
        if (problem.retryAfterSeconds() > 0) {
            set("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
        bytes("application/problem+json", Json.bytes(problem.body(rawPath())));
    }

    boolean answered() {
        return response.isSent();
    }

    int answeredStatus() {
        return response.status().code();
    }
}
