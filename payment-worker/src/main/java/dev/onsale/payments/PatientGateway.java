package dev.onsale.payments;

import dev.onsale.payments.GatewayAnswer.Ambiguous;
import dev.onsale.payments.GatewayAnswer.Cause;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.wire.PaymentRequest;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a gateway until it knows how an operation ended. Only answers that leave that open are asked again, always with the
 * same key and body; there is no number of attempts after which it would guess.
 *
 * <p>While payments are halted, no call is begun, whether it is the first for its operation or not.
 *
 * <p>A circuit breaker stands before all calls. It opens when a tenth of the recent calls found the gateway in trouble, so
 * that calls that will fail do not pile up on a gateway that is struggling: they wait here, two at a time probe, and
 * the pauses between probes grow from 1 to 10 seconds. With the breaker closed fewer than a tenth of the calls fail, so
 * on average there are at most 1.1 calls for an operation.
 */
final class PatientGateway {

    private static final Logger log = LoggerFactory.getLogger(PatientGateway.class);

    private static final int WINDOW_CALLS = 100;
    private static final int LEAST_CALLS = 20;
    private static final int MOST_FAILED_PERCENT = 10;
    private static final int PROBES = 2;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final double JITTER = 0.5;

    private final PaymentGateway gateway;
    private final Halt halt;
    private final MeterRegistry meters;
    private final String path;
    private final CircuitBreaker breaker;
    private final RetryConfig retryConfig;

    private volatile boolean keyRefused;

    /** @param path the code path's variant that this is the gateway of, in metrics */
    PatientGateway(PaymentGateway gateway, Halt halt, MeterRegistry meters, String path) {
        this.gateway = gateway;
        this.path = path;
        this.halt = halt;
        this.meters = meters;
        this.breaker = CircuitBreaker.of(
                "gateway",
                CircuitBreakerConfig.custom()
                        .slidingWindow(WINDOW_CALLS, LEAST_CALLS, SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(MOST_FAILED_PERCENT)
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialRandomBackoff(FIRST_PAUSE, 2, 0.1, LONGEST_PAUSE))
                        .recordResult(PatientGateway::inTrouble)
                        .build());
        this.retryConfig = RetryConfig.<GatewayAnswer>custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_BACKOFF, 2, JITTER, LONGEST_PAUSE))
                .retryOnResult(Ambiguous.class::isInstance)
                .retryOnException(e -> false)
                .build();
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> log.warn("breaker of the {} gateway: {}", path, event.getStateTransition()));
        Gauge.builder("onsale.gateway.breaker", breaker, PatientGateway::stateNumber)
                .description("State of the circuit breaker: 0 closed, 1 probing, 2 open")
                .tag("path", path)
                .register(meters);
    }

    private static boolean inTrouble(Object answer) {
        return answer instanceof Ambiguous(String detail, Cause cause) && cause != Cause.IN_FLIGHT;
    }

    private static double stateNumber(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
            case HALF_OPEN -> 1;
            case OPEN, FORCED_OPEN -> 2;
        };
    }

    /** Whether the gateway's last word about our key was no. Somebody must mend the settings. */
    boolean keyRefused() {
        return keyRefused;
    }

    /**
     * Executes an operation, however long it takes.
     *
     * @throws InterruptedException when this thread was interrupted; how the operation ended is then unknown
     * @throws IllegalArgumentException when the operation is UNKNOWN
     */
    Definite execute(PaymentRequest request) throws InterruptedException {
        Function<PaymentRequest, GatewayAnswer> operation = switch (request.getOperation()) {
            case AUTHORISE -> gateway::authorise;
            case CAPTURE -> gateway::capture;
            case VOID -> gateway::cancel;
            case REFUND -> gateway::refund;
            case UNKNOWN -> throw new IllegalArgumentException("an operation of a newer schema");
        };
        Timer.Sample sample = Timer.start(meters);
        GatewayAnswer answer;
        try {
            answer = Retry.of(request.getIdempotencyKey(), retryConfig).executeCallable(() -> call(request, operation));
        } catch (CancellationException e) {
            throw interrupted(request);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a gateway call throws no other checked exception", e);
        }
        if (!(answer instanceof Definite definite)) {
            throw interrupted(request);
        }
        sample.stop(Timer.builder("onsale.payments")
                .description("Payment operations from the first call to the definite answer")
                .tag("path", path)
                .tag("operation", name(request))
                .tag("outcome", outcome(definite))
                .register(meters));
        return definite;
    }

    private static InterruptedException interrupted(PaymentRequest request) {
        return new InterruptedException(request.getIdempotencyKey() + " has no definite answer yet");
    }

    private GatewayAnswer call(PaymentRequest request, Function<PaymentRequest, GatewayAnswer> operation)
            throws InterruptedException {
        halt.awaitEnd();
        while (!breaker.tryAcquirePermission()) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(50, 200));
        }
        long start = breaker.getCurrentTimestamp();
        GatewayAnswer answer;
        try {
            answer = operation.apply(request);
        } catch (RuntimeException e) {
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), e);
            throw e;
        }
        long duration = breaker.getCurrentTimestamp() - start;
        breaker.onResult(duration, breaker.getTimestampUnit(), answer);
        Timer.builder("onsale.gateway.calls")
                .description("Calls to the payment gateway")
                .tag("path", path)
                .tag("operation", name(request))
                .tag("answer", answer.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .register(meters)
                .record(duration, breaker.getTimestampUnit());
        note(request, answer);
        return answer;
    }

    private void note(PaymentRequest request, GatewayAnswer answer) {
        switch (answer) {
            case Ambiguous(String detail, Cause cause) -> {
                meters.counter(
                                "onsale.payments.retries",
                                "path",
                                path,
                                "operation",
                                name(request),
                                "cause",
                                cause.name())
                        .increment();
                if (cause == Cause.KEY_REFUSED) {
                    keyRefused = true;
                    log.error(
                            "THE {} GATEWAY REFUSES OUR KEY; no payment goes through until it is mended: {}",
                            path.toUpperCase(Locale.ROOT),
                            detail);
                } else {
                    log.warn("{} has no definite answer and is asked again: {}", request.getIdempotencyKey(), detail);
                }
            }
            case Definite definite -> {
                keyRefused = false;
                log.debug("{}: {}", request.getIdempotencyKey(), definite);
            }
        }
    }

    private static String name(PaymentRequest request) {
        return request.getOperation().name().toLowerCase(Locale.ROOT);
    }

    private static String outcome(Definite answer) {
        return answer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
