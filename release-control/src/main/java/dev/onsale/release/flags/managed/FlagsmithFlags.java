package dev.onsale.release.flags.managed;

import com.flagsmith.FlagsmithClient;
import com.flagsmith.exceptions.FlagsmithClientError;
import com.flagsmith.models.BaseFlag;
import com.flagsmith.models.Flags;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.exceptions.FlagNotFoundError;
import dev.openfeature.sdk.exceptions.GeneralError;
import dev.openfeature.sdk.exceptions.TypeMismatchError;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Flagsmith by its own client. The provider that is published for it calls a switch it does not know a general failure, after
 * which nothing is asked for a while; and all its instances share one client, which ends with the first of them.
 */
final class FlagsmithFlags extends SwitchesAndTexts {

    private final Supplier<FlagsmithClient> factory;
    private volatile @Nullable FlagsmithClient client;

    /** @param factory makes a client, which fetches the flags at once and goes on doing so */
    FlagsmithFlags(Supplier<FlagsmithClient> factory) {
        this.factory = factory;
    }

    @Override
    public void initialize(EvaluationContext context) {
        FlagsmithClient started = factory.get();
        if (started.getEnvironment() == null) {
            started.close();
            throw new GeneralError("Flagsmith does not answer, or refuses the key");
        }
        client = started;
    }

    /** Flagsmith knows no switches, but every flag is on or off. */
    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean byDefault, EvaluationContext context) {
        return answer(flag(key, context).getEnabled());
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String byDefault, EvaluationContext context) {
        BaseFlag flag = flag(key, context);
        if (!flag.getEnabled()) {
            return answer(byDefault);
        }
        if (flag.getValue() instanceof String text) {
            return answer(text);
        }
        throw new TypeMismatchError("The value of " + key + " is no text");
    }

    private BaseFlag flag(String key, EvaluationContext context) {
        FlagsmithClient asked = client;
        if (asked == null) {
            throw new GeneralError("not connected");
        }
        try {
            String buyer = context.getTargetingKey();
            Flags flags = buyer == null ? asked.getEnvironmentFlags() : asked.getIdentityFlags(buyer);
            BaseFlag flag = flags.getFlags().get(key);
            if (flag == null) {
                throw new FlagNotFoundError(key);
            }
            return flag;
        } catch (FlagsmithClientError e) {
            throw new GeneralError(e.toString());
        }
    }

    @Override
    public Metadata getMetadata() {
        return () -> "flagsmith";
    }

    @Override
    public void shutdown() {
        FlagsmithClient last = client;
        if (last != null) {
            last.close();
        }
    }
}
