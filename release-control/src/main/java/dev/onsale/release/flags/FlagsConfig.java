package dev.onsale.release.flags;

import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What can be set about flags, in every service that reads them.
 *
 * @param provider {@value #TOPIC}: flags come from {@code onsale.flags}; otherwise the class name of a {@link
 *     ProviderFactory} for a managed service, which is asked first
 * @param providerProperties for that factory
 * @param snapshotFile where the last known flags are kept, for a start without a broker
 * @param writeTimeout how long each step of writing a change may take
 */
public record FlagsConfig(
        String provider, Map<String, String> providerProperties, Path snapshotFile, Duration writeTimeout) {

    static final String TOPIC = "topic";
    private static final String PROPERTIES = "flags.provider.";

    public FlagsConfig {
        providerProperties = Map.copyOf(providerProperties);
    }

    /**
     * Reads the settings that begin with {@code flags.}.
     *
     * @param snapshotFile the service's own place for the snapshot
     * @throws dev.onsale.runtime.OperatorError naming the one that is wrong
     */
    public static FlagsConfig from(Settings settings, Path snapshotFile) {
        return new FlagsConfig(
                settings.text("flags.provider", TOPIC),
                settings.beginningWith(PROPERTIES),
                Path.of(settings.text("flags.snapshot.file", snapshotFile.toString())),
                settings.millis(
                        "flags.write.timeout.ms",
                        Duration.ofSeconds(2),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1)));
    }

    boolean managed() {
        return !provider.equals(TOPIC);
    }

    /** Without the properties, which may hold secrets. */
    @Override
    public String toString() {
        return "flags from " + provider + ", snapshot " + snapshotFile;
    }
}
