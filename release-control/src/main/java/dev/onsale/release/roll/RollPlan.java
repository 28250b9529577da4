package dev.onsale.release.roll;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which instances are rolled, in this order, and how. Read from a properties file:
 *
 * <pre>
 * instances = inventory-1, inventory-2
 * inventory-1.url = http://10.0.0.5:8083
 * inventory-2.url = http://10.0.0.6:8083
 * restart = ssh "$ROLL_INSTANCE" sudo onsale-restart "$ROLL_BUILD"
 * </pre>
 *
 * @param readyTimeout for a restart, until the instance is ready, has restored its state and has caught up
 * @param observation for which a new instance is compared with its peers
 * @param look pause between two looks at an instance; each asks for all its metrics
 * @param lagLimit records that an instance may be behind and still count as caught up; while a sale runs, somebody always is
 */
public record RollPlan(
        List<Instance> instances, Duration readyTimeout, Duration observation, Duration look, long lagLimit) {

    /**
     * One process of a service.
     *
     * @param url where it answers {@code /health/ready} and {@code /metrics}
     * @param restart command for a shell; returns when the old process is gone and a new one was started, of the build that
     *     {@code ROLL_BUILD} names
     */
    public record Instance(String name, URI url, String restart) {}

    public RollPlan {
        instances = List.copyOf(instances);
    }

    /** @throws OperatorError naming a setting that is invalid, missing or unknown */
    public static RollPlan from(Settings settings) {
        List<String> names = Stream.of(settings.requiredText(
                                "instances", "the names of the instances in their order, with" + " commas between")
                        .split(",", -1))
                .map(String::strip)
                .toList();
        if (names.stream().distinct().count() < names.size() || names.contains("")) {
            throw new OperatorError(
                    "The setting instances is '" + String.join(", ", names) + "' but must name each instance once.");
        }
        String restart = settings.text("restart", "");
        List<Instance> instances = names.stream()
                .map(name -> new Instance(
                        name,
                        url(name + ".url", settings.requiredText(name + ".url", "http://HOST:PORT of its health port")),
                        restart(settings, name, restart)))
                .toList();
        RollPlan plan = new RollPlan(
                instances,
                settings.millis("ready.timeout.ms", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofHours(1)),
                settings.millis("observe.ms", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofHours(1)),
                settings.millis("look.ms", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMinutes(1)),
                settings.integer("lag.limit", 1_000, 0, 1_000_000));
        settings.requireAllKnown();
        return plan;
    }

    private static String restart(Settings settings, String name, String byDefault) {
        String restart = settings.text(name + ".restart", byDefault);
        if (restart.isEmpty()) {
            throw new OperatorError(
                    "The setting " + name + ".restart is missing; set it, or restart for all instances, to"
                            + " the command that restarts the instance with the build in ROLL_BUILD.");
        }
        return restart;
    }

    private static URI url(String key, String text) {
        try {
            URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() != null && List.of("http", "https").contains(String.valueOf(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new OperatorError("The setting " + key + " is '" + text
                + "' but must be an http or https URL, such as http://10.0.0.5:8083.");
    }
}
