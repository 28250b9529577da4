package dev.onsale.orders.http;

import dev.onsale.orders.log.LogUnavailableException;
import dev.onsale.orders.view.ViewUnavailableException;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the handler of a request and turns whatever it throws into a problem. Unlike Helidon's own routing it knows when
 * only the method is wrong, and every request is timed under its route.
 */
public final class Router implements Handler {

    private static final Logger log = LoggerFactory.getLogger(Router.class);

    /** Answers a call, or throws a {@link Problem}. */
    @FunctionalInterface
    public interface Action {
        void answer(Call call) throws InterruptedException, IOException;
    }

    private record Route(String method, String template, List<String> segments, Action action) {

        /** Path parameters; null: another path. */
        @Nullable
        Map<String, String> match(List<String> path) {
            if (path.size() != segments.size()) {
                return null;
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String segment = segments.get(i);
                if (segment.startsWith("{")) {
                    parameters.put(segment.substring(1, segment.length() - 1), path.get(i));
                } else if (!segment.equals(path.get(i))) {
                    return null;
                }
            }
            return parameters;
        }
    }

    private static final long PAUSE_MILLIS = 20;

    private final List<Route> routes = new ArrayList<>();
    private final MeterRegistry meters;
    private final Consumer<Call> entrance;
    private final AtomicInteger underWay = new AtomicInteger();

    public Router(MeterRegistry meters) {
        this(meters, call -> {});
    }

    /** @param entrance looks at every call first, and throws a {@link Problem} when it is not to be answered */
    Router(MeterRegistry meters, Consumer<Call> entrance) {
        this.meters = meters;
        this.entrance = entrance;
    }

    /** @param template such as {@code /orders/{orderId}} */
    public Router on(String method, String template, Action action) {
        routes.add(new Route(method, template, Arrays.asList(template.split("/", -1)), action));
        return this;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Timer.Sample sample = Timer.start(meters);
        String method = request.prologue().method().text();
        Call call = new Call(request, response, Map.of());
        String template = "none";
        try {
            entrance.accept(call);
            List<String> path = segments(request.path().rawPath());
            List<String> allowed = new ArrayList<>();
            Route found = null;
            for (Route route : routes) {
                Map<String, String> parameters = route.match(path);
                if (parameters != null) {
                    template = route.template();
                    allowed.add(route.method());
                    if (route.method().equals(method)) {
                        found = route;
                        call = new Call(request, response, parameters);
                        break;
                    }
                }
            }
            if (found == null) {
                throw notRouted(call, allowed);
            }
            answer(found, call);
        } catch (Problem problem) {
            call.problem(problem);
        } finally {
            sample.stop(Timer.builder("onsale.http.requests")
                    .description("Answered HTTP requests, by route; waiting calls last as long as they wait.")
                    .tags(
                            "method",
                            knownMethod(method),
                            "route",
                            template,
                            "status",
                            Integer.toString(call.answeredStatus()))
                    .publishPercentileHistogram()
                    .minimumExpectedValue(Duration.ofMillis(1))
                    .maximumExpectedValue(Duration.ofSeconds(60))
                    .register(meters));
        }
    }

    private void answer(Route route, Call call) {
        boolean direct = !Callers.forwarded(call);
        try {
            underWay.addAndGet(direct ? 1 : 0);
            answerPatiently(route, call);
        } catch (LogUnavailableException e) {
            log.warn("A command could not be written: {}", String.valueOf(e.getCause()));
            throw Problem.tryAgain(
                    "log-unavailable",
                    "The call cannot be taken right now",
                    "The broker did not acknowledge in time, so the call may or may not have been taken. Send it again,"
                            + " with the same Idempotency-Key: it counts once.",
                    2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.tryAgain("stopping", "This instance stops", "Send the same call again.", 1);
        } catch (Problem | RequestException | CloseConnectionException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (call.answered() || isConnectionLoss(e)) {
                // Nobody is there to be told.
                throw new CloseConnectionException("the caller is gone", e);
            }
            log.error("{} {} failed", call.method(), call.rawPath(), e);
            throw Problem.of(
                    500,
                    "internal-error",
                    "The call failed inside",
                    "Send the same call again; with the same Idempotency-Key an order counts once.");
        } finally {
            underWay.addAndGet(direct ? -1 : 0);
        }
    }

    /** While parts of the view move between instances, a call waits for them. */
    private static void answerPatiently(Route route, Call call) throws InterruptedException, IOException {
        while (true) {
            try {
                route.action().answer(call);
                return;
            } catch (ViewUnavailableException e) {
                if (!call.mayBeTriedAgain()) {
                    throw Problem.viewUnavailable();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** Calls that somebody waits for, but for those that other instances have passed on. */
    public int underWay() {
        return underWay.get();
    }

    private static boolean isConnectionLoss(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof UncheckedIOException
                    || cause instanceof DataReader.InsufficientDataAvailableException) {
                return true;
            }
        }
        return false;
    }

    private static Problem notRouted(Call call, List<String> allowed) {
        if (allowed.isEmpty()) {
            return Problem.of(
                    404, "not-found", "Nothing is here", "Nothing is served at this path; see docs for the paths.");
        }
        String methods = String.join(", ", allowed.stream().distinct().toList());
        call.set("Allow", methods);
        return Problem.of(405, "method-not-allowed", "The method is another one", "Use " + methods + " here.");
    }

    private static List<String> segments(String rawPath) {
        try {
            return Arrays.stream(rawPath.split("/", -1))
                    .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(
                    "malformed-path", "The path is not valid", "Encode the path by percent signs and two hex digits.");
        }
    }

    /** Anything may stand as a method, and a label must not grow without bound. */
    private static String knownMethod(String method) {
        return List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
                        .contains(method)
                ? method
                : "other";
    }
}
