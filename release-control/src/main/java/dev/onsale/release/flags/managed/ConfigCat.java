package dev.onsale.release.flags.managed;

import com.configcat.ConfigCatClient;
import com.configcat.PollingModes;
import dev.onsale.release.flags.ProviderFactory;
import dev.onsale.runtime.Settings;
import dev.openfeature.sdk.FeatureProvider;
import java.time.Duration;
import java.util.Map;
import okhttp3.OkHttpClient;

/**
 * ConfigCat. Its flags are fetched every {@code poll.ms} and evaluated here; the buyer is its {@code Identifier}. Needs {@code
 * com.configcat:configcat-java-client}; {@code examples/flags/configcat.properties} has its settings.
 */
public final class ConfigCat implements ProviderFactory {

    @Override
    public FeatureProvider create(Map<String, String> properties) {
        Settings settings = Settings.of(properties);
        String url = Address.or(settings, "https://cdn-global.configcat.com");
        String key = settings.requiredText("token", "the SDK key of ConfigCat");
        Duration poll = settings.millis("poll.ms", Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(5));
        Duration timeout =
                settings.millis("timeout.ms", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofMinutes(1));
        settings.requireAllKnown();
        return new ConfigCatFlags(() -> ConfigCatClient.get(key, options -> {
            options.baseUrl(url);
            options.pollingMode(PollingModes.autoPoll((int) poll.toSeconds()));
            options.httpClient(new OkHttpClient.Builder().callTimeout(timeout).build());
        }));
    }
}
