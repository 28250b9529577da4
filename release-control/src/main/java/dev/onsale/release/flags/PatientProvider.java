package dev.onsale.release.flags;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A managed service that may be away, also when a service of ours starts: it is connected to in the background, and until
 * then it has no answer, so that the next provider is asked. After a failure it is left alone for a few seconds: buyers must
 * not wait for it, one after the other.
 */
final class PatientProvider implements FeatureProvider {

    private static final Logger log = LoggerFactory.getLogger(PatientProvider.class);
    private static final int AGAIN_SECONDS = 5;

    private final FeatureProvider provider;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean ready;
    private volatile long leftAloneUntilNanos = System.nanoTime();

    PatientProvider(FeatureProvider provider) {
        this.provider = provider;
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
            while (!ready && closed.getCount() > 0) {
                try {
                    provider.initialize(context);
                    ready = true;
                } catch (Exception e) {
                    log.warn("The managed flag service is away, so flags come from the topic: {}", e.toString());
                    ready = closed.await(AGAIN_SECONDS, TimeUnit.SECONDS) && ready;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> ProviderEvaluation<T> evaluated(Supplier<ProviderEvaluation<T>> evaluation) {
        if (!ready || System.nanoTime() - leftAloneUntilNanos < 0) {
            return ProviderEvaluation.<T>builder()
                    .errorCode(ErrorCode.PROVIDER_NOT_READY)
                    .build();
        }
        try {
            ProviderEvaluation<T> evaluated = evaluation.get();
            if (evaluated.getErrorCode() == ErrorCode.GENERAL) {
                leaveAlone(String.valueOf(evaluated.getErrorMessage()));
            }
            return evaluated;
        } catch (OpenFeatureError e) {
            if (e.getErrorCode() == ErrorCode.GENERAL) {
                leaveAlone(e.toString());
            }
            throw e;
        } catch (RuntimeException e) {
            leaveAlone(e.toString());
            throw e;
        }
    }

    private void leaveAlone(String reason) {
        leftAloneUntilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(AGAIN_SECONDS);
        log.warn("The managed flag service fails, so for {} s flags come from the topic: {}", AGAIN_SECONDS, reason);
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        return evaluated(() -> provider.getBooleanEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        return evaluated(() -> provider.getStringEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer byDefault, EvaluationContext context) {
        return evaluated(() -> provider.getIntegerEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double byDefault, EvaluationContext context) {
        return evaluated(() -> provider.getDoubleEvaluation(key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value byDefault, EvaluationContext context) {
        return evaluated(() -> provider.getObjectEvaluation(key, byDefault, context));
    }

    @Override
    public void shutdown() {
        closed.countDown();
        provider.shutdown();
    }
}
