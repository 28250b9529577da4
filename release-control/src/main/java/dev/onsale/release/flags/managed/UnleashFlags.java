package dev.onsale.release.flags.managed;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Unleash's provider, with the buyer as {@code userId}: without one, Unleash gives a buyer another variant each time. And its
 * provider refuses to be initialized twice, so there is another for each attempt.
 */
final class UnleashFlags extends SwitchesAndTexts {

    private final Supplier<FeatureProvider> factory;
    private volatile FeatureProvider provider;

    UnleashFlags(Supplier<FeatureProvider> factory) {
        this.factory = factory;
        this.provider = factory.get();
    }

    @Override
    public void initialize(EvaluationContext context) throws Exception {
        provider = factory.get();
        provider.initialize(context);
    }

    private static EvaluationContext named(EvaluationContext context) {
        String buyer = context.getTargetingKey();
        return buyer == null ? context : new ImmutableContext(buyer, Map.of("userId", new Value(buyer)));
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        return provider.getBooleanEvaluation(key, byDefault, named(context));
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        return provider.getStringEvaluation(key, byDefault, named(context));
    }

    @Override
    public Metadata getMetadata() {
        return provider.getMetadata();
    }

    @Override
    public void shutdown() {
        provider.shutdown();
    }
}
