package dev.onsale.release.flags.managed;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.onsale.release.flags.ProviderFactory;
import dev.onsale.runtime.Settings;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.FeatureProvider;
import java.time.Duration;
import java.util.Map;

/**
 * Any service that speaks the OpenFeature Remote Evaluation Protocol, such as flagd or GO Feature Flag. It evaluates
 * remotely: every purchase asks it twice. Needs {@code dev.openfeature.contrib.providers:ofrep}; {@code
 * examples/flags/ofrep.properties} has its settings.
 */
public final class Ofrep implements ProviderFactory {

    @Override
    public FeatureProvider create(Map<String, String> properties) {
        Settings settings = Settings.of(properties);
        String url = Address.required(settings, "where the service is, such as http://127.0.0.1:8016");
        String token = settings.text("token", "");
        Duration timeout =
                settings.millis("timeout.ms", Duration.ofMillis(500), Duration.ofMillis(10), Duration.ofSeconds(10));
        settings.requireAllKnown();
        return OfrepProvider.constructProvider(OfrepProviderOptions.builder()
                .baseUrl(url)
                .requestTimeout(timeout)
                .connectTimeout(timeout)
                .headers(
                        token.isEmpty()
                                ? ImmutableMap.of()
                                : ImmutableMap.of("Authorization", ImmutableList.of("Bearer " + token)))
                .build());
    }
}
