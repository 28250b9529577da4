package dev.onsale.release.flags.managed;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.TypeMismatchError;

/** A provider of what onsale reads, and of nothing else. */
abstract class SwitchesAndTexts implements FeatureProvider {

    static <T> ProviderEvaluation<T> answer(T value) {
        return ProviderEvaluation.<T>builder().value(value).build();
    }

    @Override
    public final ProviderEvaluation<Integer> getIntegerEvaluation(
            String key, Integer byDefault, EvaluationContext context) {
        throw neither(key);
    }

    @Override
    public final ProviderEvaluation<Double> getDoubleEvaluation(
            String key, Double byDefault, EvaluationContext context) {
        throw neither(key);
    }

    @Override
    public final ProviderEvaluation<Value> getObjectEvaluation(String key, Value byDefault, EvaluationContext context) {
        throw neither(key);
    }

    private static TypeMismatchError neither(String key) {
        return new TypeMismatchError(key + " is neither a switch nor a text");
    }
}
