package dev.onsale.release.flags.managed;

import com.configcat.ConfigCatClient;
import com.configcat.EvaluationDetails;
import com.configcat.RefreshResult;
import com.configcat.User;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.exceptions.FlagNotFoundError;
import dev.openfeature.sdk.exceptions.GeneralError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * ConfigCat by its own client. The provider that is published for it (0.1.0) does not run with this OpenFeature SDK, and takes
 * defaults for answers.
 */
final class ConfigCatFlags extends SwitchesAndTexts {

    private final Supplier<ConfigCatClient> factory;
    private volatile @Nullable ConfigCatClient client;

    /** @param factory makes a client, or returns the one there is for this key, which fetches the flags until it is closed */
    ConfigCatFlags(Supplier<ConfigCatClient> factory) {
        this.factory = factory;
    }

    @Override
    public void initialize(EvaluationContext context) {
        ConfigCatClient started = factory.get();
        client = started;
        RefreshResult first = started.forceRefresh();
        if (!first.isSuccess()) {
            throw new GeneralError(String.valueOf(first.error()));
        }
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        return answer(value(Boolean.class, key, byDefault, context));
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        return answer(value(String.class, key, byDefault, context));
    }

    private <T> T value(Class<T> type, String key, T byDefault, EvaluationContext context) {
        ConfigCatClient asked = client;
        if (asked == null) {
            throw new GeneralError("not connected");
        }
        String buyer = context.getTargetingKey();
        User user = buyer == null ? null : User.newBuilder().build(buyer);
        EvaluationDetails<T> details = asked.getValueDetails(type, key, user, byDefault);
        if (details.isDefaultValue()) {
            throw new FlagNotFoundError(String.valueOf(details.getError()));
        }
        return details.getValue();
    }

    @Override
    public Metadata getMetadata() {
        return () -> "configcat";
    }

    @Override
    public void shutdown() {
        ConfigCatClient last = client;
        if (last != null) {
            try {
                last.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
