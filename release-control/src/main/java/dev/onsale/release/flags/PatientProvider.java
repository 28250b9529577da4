package dev.onsale.release.flags;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A managed service that may be away, also when a service of ours starts: it is connected to in the background, and until
 * then it has no answer, so that the next provider is asked. After a failure it is left alone for a few seconds: buyers must
 * not wait for it, one after the other. A switch that it killed stays killed while it is away.
 */
final class PatientProvider implements FeatureProvider {

    private static final Logger log = LoggerFactory.getLogger(PatientProvider.class);
    private static final int CONNECT_AGAIN_SECONDS = 2;
    private static final int ASK_AGAIN_SECONDS = 5;

    private final FeatureProvider provider;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> killed = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    private volatile long leftAloneUntilNanos = System.nanoTime();

    PatientProvider(FeatureProvider provider) {
        this.provider = new Truthful(provider);
    }

    @Override
    public Metadata getMetadata() {
        return () -> "managed";
    }

    @Override
    public void initialize(EvaluationContext context) {
        Thread.ofVirtual().name("flags-managed").start(() -> connect(context));
    }

    private void connect(EvaluationContext context) {
        try {
            while (!connected(context)) {
                if (closed.await(CONNECT_AGAIN_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
            ready = true;
            if (closed.getCount() == 0) {
                // Closed while it was connecting.
                provider.shutdown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connected(EvaluationContext context) {
        try {
            provider.initialize(context);
            return true;
        } catch (Exception | LinkageError e) {
            log.warn("The managed flag service is away, so flags come from the topic: {}", e.toString());
            return false;
        }
    }

    private <T> ProviderEvaluation<T> asked(Supplier<ProviderEvaluation<T>> evaluation) {
        if (!ready || System.nanoTime() - leftAloneUntilNanos < 0) {
            return failed(ErrorCode.PROVIDER_NOT_READY, "away");
        }
        ProviderEvaluation<T> answer;
        try {
            answer = evaluation.get();
        } catch (OpenFeatureError e) {
            answer = failed(e.getErrorCode(), e.toString());
        } catch (RuntimeException | LinkageError e) {
            answer = failed(ErrorCode.GENERAL, e.toString());
        }
        if (answer.getErrorCode() == ErrorCode.GENERAL) {
            leaveAlone(String.valueOf(answer.getErrorMessage()));
        }
        return answer;
    }

    private static <T> ProviderEvaluation<T> failed(ErrorCode code, String message) {
        return ProviderEvaluation.<T>builder()
                .errorCode(code)
                .errorMessage(message)
                .build();
    }

    private void leaveAlone(String reason) {
        leftAloneUntilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_AGAIN_SECONDS);
        log.warn(
                "The managed flag service fails, so for {} s flags come from the topic: {}", ASK_AGAIN_SECONDS, reason);
    }

    /** Every boolean is a switch, and false is killed. */
    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        ProviderEvaluation<Boolean> answer = asked(() -> provider.getBooleanEvaluation(key, byDefault, context));
        ErrorCode error = answer.getErrorCode();
        if (error == null && !answer.getValue()) {
            killed.add(key);
        } else if (error == null || error == ErrorCode.FLAG_NOT_FOUND) {
            killed.remove(key);
        } else if (killed.contains(key)) {
            return ProviderEvaluation.<Boolean>builder()
                    .value(false)
                    .reason(Reason.CACHED.name())
                    .build();
        }
        return answer;
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        return asked(() -> provider.getStringEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer byDefault, EvaluationContext context) {
        return asked(() -> provider.getIntegerEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double byDefault, EvaluationContext context) {
        return asked(() -> provider.getDoubleEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value byDefault, EvaluationContext context) {
        return asked(() -> provider.getObjectEvaluation(key, byDefault, context));
    }

    @Override
    public void shutdown() {
        closed.countDown();
        provider.shutdown();
    }
}
