package dev.onsale.release.flags;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.util.function.Function;

/**
 * A provider that says so when it knows nothing. Many answer with the default they were given and call that a success, for a
 * flag they do not have or while their service is away; then the next provider would never be asked. An answer that changes
 * with the default is none.
 *
 * @param provider the one that is asked
 */
record Truthful(FeatureProvider provider) implements FeatureProvider {

    private static final String NO_VARIANT = "no answer";

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        return told(!byDefault, byDefault, value -> provider.getBooleanEvaluation(key, value, context));
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        return told(NO_VARIANT, byDefault, value -> provider.getStringEvaluation(key, value, context));
    }

    /** The unlikely default comes first: any other answer is one, and needs no second question. */
    private static <T> ProviderEvaluation<T> told(T unlikely, T likely, Function<T, ProviderEvaluation<T>> provider) {
        ProviderEvaluation<T> answer = provider.apply(unlikely);
        if (answer.getErrorCode() != null) {
            return answer;
        }
        boolean isDefault = unlikely.equals(answer.getValue())
                && !unlikely.equals(provider.apply(likely).getValue());
        return isDefault || answer.getValue() == null
                ? ProviderEvaluation.<T>builder()
                        .errorCode(ErrorCode.FLAG_NOT_FOUND)
                        .errorMessage("not known, or it says nothing")
                        .build()
                : answer;
    }

    /** Nothing of ours reads these. */
    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer byDefault, EvaluationContext context) {
        return provider.getIntegerEvaluation(key, byDefault, context);
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double byDefault, EvaluationContext context) {
        return provider.getDoubleEvaluation(key, byDefault, context);
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value byDefault, EvaluationContext context) {
        return provider.getObjectEvaluation(key, byDefault, context);
    }

    @Override
    public Metadata getMetadata() {
        return provider.getMetadata();
    }

    @Override
    public void initialize(EvaluationContext context) throws Exception {
        provider.initialize(context);
    }

    @Override
    public void shutdown() {
        provider.shutdown();
    }
}
