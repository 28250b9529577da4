package dev.onsale.release.flags;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.flags.managed.ConfigCat;
import dev.onsale.release.flags.managed.Flagsmith;
import dev.onsale.release.flags.managed.Ofrep;
import dev.onsale.release.flags.managed.Unleash;
import dev.onsale.runtime.OperatorError;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProviderFactoryTest {

    private static final String URL = "http://127.0.0.1:1";

    @Test
    void provider_isRefused_inOneSentence_whenItCannotBeMade() {
        assertRefused("cannot be made", "dev.onsale.Missing", Map.of());
        assertRefused("must be topic or the name of a class", String.class.getName(), Map.of());
        assertRefused("The setting url is missing", Ofrep.class.getName(), Map.of());
        assertRefused("The setting tokn is unknown", Ofrep.class.getName(), Map.of("url", URL, "tokn", "x"));
        assertRefused("address of an HTTP server", Ofrep.class.getName(), Map.of("url", "flags.example.com"));
        assertRefused("The setting url is missing", Unleash.class.getName(), Map.of());
        assertRefused("The setting token is missing", Unleash.class.getName(), Map.of("url", URL));
        assertRefused("The setting token is missing", ConfigCat.class.getName(), Map.of());
        assertRefused("The setting token is missing", Flagsmith.class.getName(), Map.of());
        assertRefused("server-side", Flagsmith.class.getName(), Map.of("token", "a-client-side-key"));
        assertRefused("poll.ms", Unleash.class.getName(), Map.of("url", URL, "token", "t", "poll.ms", "10"));
    }

    private static void assertRefused(String saying, String className, Map<String, String> properties) {
        OperatorError error = assertThrows(OperatorError.class, () -> ProviderFactory.create(className, properties));
        assertTrue(String.valueOf(error.getMessage()).contains(saying), error.getMessage());
    }
}
