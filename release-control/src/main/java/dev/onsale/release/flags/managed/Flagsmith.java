package dev.onsale.release.flags.managed;

import com.flagsmith.FlagsmithClient;
import com.flagsmith.config.FlagsmithConfig;
import com.flagsmith.config.Retry;
import dev.onsale.release.flags.ProviderFactory;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import dev.openfeature.sdk.FeatureProvider;
import java.time.Duration;
import java.util.Map;

/**
 * Flagsmith. Its flags are fetched every {@code poll.ms} and evaluated here; the buyer is its identity. Needs {@code
 * com.flagsmith:flagsmith-java-client}; {@code examples/flags/flagsmith.properties} has its settings.
 */
public final class Flagsmith implements ProviderFactory {

    private static final String SERVER_SIDE = "ser.";

    @Override
    public FeatureProvider create(Map<String, String> properties) {
        Settings settings = Settings.of(properties);
        String url = Address.or(settings, "https://edge.api.flagsmith.com/api/v1/");
        String key = settings.requiredText("token", "a server-side environment key of Flagsmith");
        if (!key.startsWith(SERVER_SIDE)) {
            throw new OperatorError(
                    "The setting token must be a server-side environment key of Flagsmith, which begins with "
                            + SERVER_SIDE
                            + ", since flags are evaluated here; make one in the settings of the environment.");
        }
        Duration poll = settings.millis("poll.ms", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMinutes(5));
        Duration timeout =
                settings.millis("timeout.ms", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofMinutes(1));
        settings.requireAllKnown();
        return new FlagsmithFlags(() -> FlagsmithClient.newBuilder()
                .setApiKey(key)
                .withConfiguration(FlagsmithConfig.newBuilder()
                        .baseUri(url)
                        .connectTimeout((int) timeout.toMillis())
                        .readTimeout((int) timeout.toMillis())
                        .writeTimeout((int) timeout.toMillis())
                        .retries(new Retry(1))
                        .withLocalEvaluation(true)
                        .withEnvironmentRefreshIntervalSeconds((int) poll.toSeconds())
                        .build())
                .build());
    }
}
