package dev.onsale.release.flags.managed;

import dev.onsale.release.flags.ProviderFactory;
import dev.onsale.runtime.Settings;
import dev.openfeature.contrib.providers.unleash.UnleashProvider;
import dev.openfeature.contrib.providers.unleash.UnleashProviderConfig;
import dev.openfeature.sdk.FeatureProvider;
import io.getunleash.util.UnleashConfig;
import io.getunleash.util.UnleashScheduledExecutorImpl;
import java.time.Duration;
import java.util.Map;

/**
 * Unleash. Its flags are fetched every {@code poll.ms} and evaluated here; the buyer is its {@code userId}. A canary is a flag
 * with variants whose payloads are the texts stable and candidate. Needs {@code dev.openfeature.contrib.providers:unleash};
 * {@code examples/flags/unleash.properties} has its settings.
 */
public final class Unleash implements ProviderFactory {

    @Override
    public FeatureProvider create(Map<String, String> properties) {
        Settings settings = Settings.of(properties);
        String url = Address.required(settings, "the API of Unleash, such as http://127.0.0.1:4242/api");
        String token = settings.requiredText("token", "a backend token of Unleash");
        Duration poll = settings.millis("poll.ms", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMinutes(5));
        Duration timeout =
                settings.millis("timeout.ms", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofMinutes(1));
        settings.requireAllKnown();
        return new UnleashFlags(() -> new UnleashProvider(UnleashProviderConfig.builder()
                .unleashConfigBuilder(UnleashConfig.builder()
                        .appName("onsale")
                        .unleashAPI(url)
                        .apiKey(token)
                        .fetchTogglesInterval(poll.toSeconds())
                        .fetchTogglesConnectTimeout(timeout)
                        .fetchTogglesReadTimeout(timeout)
                        .synchronousFetchOnInitialisation(true)
                        // The default is one for all clients, and ends with the first of them.
                        .scheduledExecutor(new UnleashScheduledExecutorImpl()))
                .build()));
    }
}
