package dev.onsale.orders.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is an error, as RFC 9457 describes it. {@code type} is stable; {@code detail} says what to do.
 * Thrown by handlers, sent by the {@link Router}.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    static final String TYPES = "https://onsale.dev/problems/";

    private final int status;
    private final String slug;
    private final String title;
    private final int retryAfterSeconds;

    private Problem(int status, String slug, String title, String detail, int retryAfterSeconds) {
        super(detail);
        this.status = status;
        this.slug = slug;
        this.title = title;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Problem of(int status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, 0);
    }

    public static Problem badRequest(String slug, String title, String detail) {
        return of(400, slug, title, detail);
    }

    static Problem missingHeader(String name, String meaning) {
        return badRequest("missing-header", "A header is missing", "Send the header " + name + ": " + meaning + ".");
    }

    static Problem invalidHeader(String name, String meaning) {
        return badRequest(
                "invalid-header", "A header is not valid", "Send the header " + name + " once, with " + meaning + ".");
    }

    static Problem invalidField(String name, String rule) {
        return badRequest("invalid-field", "A member is not valid", "Send " + name + " as " + rule + ".");
    }

    static Problem orderNotFound() {
        return of(
                404,
                "order-not-found",
                "No such order",
                "This buyer has no order with this id; take the id from the answer to POST /orders.");
    }

    static Problem tooLarge(int limit) {
        return of(413, "body-too-large", "The body is too large", "Send a body of at most " + limit + " bytes.");
    }

    static Problem conflict(String slug, String title, String detail) {
        return of(409, slug, title, detail);
    }

    static Problem tryAgain(String slug, String title, String detail, int seconds) {
        return new Problem(503, slug, title, detail, seconds);
    }

    static Problem tooManyWaiting(int limit) {
        return new Problem(
                429,
                "too-many-waiting",
                "Too many calls wait",
                "At most " + limit + " calls of one buyer may wait at a time; send fewer, or leave out Prefer: wait.",
                1);
    }

    static Problem keysUnavailable() {
        return tryAgain(
                "keys-unavailable",
                "Tokens cannot be verified right now",
                "The keys of the tokens' issuer cannot be fetched; send the same call again.",
                2);
    }

    static Problem tooManyCalls(String by, Duration untilNext) {
        return new Problem(
                429,
                "too-many-calls",
                "Too many calls",
                "This " + by + " makes more calls than it may; send the same call again later, and fewer of them.",
                Math.toIntExact(untilNext.plusNanos(NANOS_PER_SECOND - 1).toSeconds()));
    }

    /** By this slug an instance knows that another one does not hold what it was asked for. */
    static final String VIEW_UNAVAILABLE = "view-unavailable";

    static Problem viewUnavailable() {
        return tryAgain(
                VIEW_UNAVAILABLE,
                "Orders cannot be read right now",
                "The part of the order view that answers this is starting or moving; send the same call again.",
                1);
    }

    public int status() {
        return status;
    }

    public String slug() {
        return slug;
    }

    /** Seconds for {@code Retry-After}; 0: none. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** @param instance path of the call */
    Map<String, Object> body(@Nullable String instance) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", TYPES + slug);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", String.valueOf(getMessage()));
        if (instance != null) {
            body.put("instance", instance);
        }
        return body;
    }

    /** A refusal is data here; a stack trace would only cost. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
