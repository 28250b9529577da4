package dev.onsale.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The settings of one program: a properties file, overridden by environment variables ({@code http.port} is {@code
 * ONSALE_HTTP_PORT}), overridden by what the command line gave. A program reads every setting it knows once, into its
 * configuration record, and then calls {@link #requireAllKnown()}.
 *
 * <p>Keys that begin with {@code kafka.} go to every Kafka client without that prefix.
 *
 * <p>Every reading method throws {@link OperatorError}, naming the key, the value and what would be valid.
 */
public final class Settings {

    private static final String CLIENT_PREFIX = "kafka.";
    private static final String ENVIRONMENT_PREFIX = "ONSALE_";
    /** These say how programs are started and what they log, and are no settings. */
    private static final Set<String> NOT_SETTINGS = Set.of("ONSALE_LOG", "ONSALE_DEBUG", "ONSALE_JAVA_OPTS");

    private final Map<String, String> values;
    /** Every key that was read, with its default. */
    private final SortedMap<String, String> known = new TreeMap<>();

    private Settings(Map<String, String> values) {
        this.values = new TreeMap<>(values);
    }

    public static Settings of(Map<String, String> values) {
        return new Settings(values);
    }

    /** Settings of a program called with {@code [--config FILE] [--KEY VALUE ...]}. */
    public static Settings fromCommandLine(String[] args, Map<String, String> environment) {
        Map<String, String> values = new HashMap<>();
        Map<String, String> options = options(args);
        String file = options.remove("config");
        if (file != null) {
            values.putAll(readFile(Path.of(file)));
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !NOT_SETTINGS.contains(name)) {
                values.put(
                        name.substring(ENVIRONMENT_PREFIX.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        value);
            }
        });
        values.putAll(options);
        return new Settings(values);
    }

    /** A properties file as a map. */
    public static Map<String, String> readFile(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new OperatorError("The configuration file " + file + " cannot be read (" + e.getMessage()
                    + "); give an existing properties file in UTF-8.");
        }
        Map<String, String> values = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> values.put(name, properties.getProperty(name).strip()));
        return values;
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                // What stands there may be a secret.
                String last = args[i].startsWith("--") ? args[i] : i == 0 ? "the name of the program" : args[i - 2];
                throw new OperatorError(
                        "Options come in pairs, --config FILE or --KEY VALUE; look at what follows " + last + ".");
            }
            options.put(args[i].substring(2), args[i + 1]);
        }
        return options;
    }

    public String text(String key, String defaultValue) {
        known.put(key, defaultValue);
        return values.getOrDefault(key, defaultValue);
    }

    public String requiredText(String key, String meaning) {
        String value = text(key, "");
        if (value.isEmpty()) {
            throw new OperatorError("The setting " + key + " is missing; set it to " + meaning + ".");
        }
        return value;
    }

    /** A whole number between two bounds, both included. */
    public int integer(String key, int defaultValue, int least, int most) {
        String value = text(key, Integer.toString(defaultValue));
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the bounds
        }
        throw invalid(key, value, "a whole number from " + least + " to " + most);
    }

    public boolean flag(String key, boolean defaultValue) {
        String value = text(key, Boolean.toString(defaultValue));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(key, value, "true or false");
        };
    }

    /** A duration in milliseconds, between two bounds, both included. By convention the key ends in {@code .ms}. */
    public Duration millis(String key, Duration defaultValue, Duration least, Duration most) {
        return Duration.ofMillis(
                integer(key, (int) defaultValue.toMillis(), (int) least.toMillis(), (int) most.toMillis()));
    }

    /** One of an enum's constants, written in lower case. */
    public <E extends Enum<E>> E oneOf(String key, E defaultValue) {
        String value = text(key, defaultValue.name().toLowerCase(Locale.ROOT));
        List<E> constants = Arrays.asList(defaultValue.getDeclaringClass().getEnumConstants());
        return constants.stream()
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(
                        key,
                        value,
                        "one of "
                                + String.join(
                                        ", ",
                                        constants.stream()
                                                .map(c -> c.name().toLowerCase(Locale.ROOT))
                                                .toList())));
    }

    /** Every setting whose key begins with a prefix, without it. What they may be is for the caller to check. */
    public Map<String, String> beginningWith(String prefix) {
        Map<String, String> found = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                known.put(key, "");
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** Properties for every Kafka client: {@code bootstrap.servers} and all that begins with {@code kafka.}. */
    public Map<String, Object> kafkaClient() {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", text("bootstrap.servers", "127.0.0.1:9092"));
        Set<String> names = new TreeSet<>(ProducerConfig.configNames());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());
        values.forEach((key, value) -> {
            if (key.startsWith(CLIENT_PREFIX)) {
                String name = key.substring(CLIENT_PREFIX.length());
                if (!names.contains(name)) {
                    throw unknown(key, names.stream().map(CLIENT_PREFIX::concat).toList());
                }
                known.put(key, "");
                client.put(name, value);
            }
        });
        return client;
    }

    /** The keys that have been read, each with its default. */
    public SortedMap<String, String> known() {
        return Collections.unmodifiableSortedMap(known);
    }

    /** @throws OperatorError when a setting was given that nothing has read, naming it and the nearest valid key */
    public void requireAllKnown() {
        values.keySet().stream()
                .filter(key -> !known.containsKey(key))
                .findFirst()
                .ifPresent(key -> {
                    throw unknown(key, known.keySet());
                });
    }

    private static OperatorError unknown(String key, java.util.Collection<String> valid) {
        String nearest = valid.stream()
                .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
                .orElse("none");
        return new OperatorError("The setting " + key + " is unknown; did you mean " + nearest + "?");
    }

    private static OperatorError invalid(String key, String value, String valid) {
        return new OperatorError("The setting " + key + " is '" + value + "' but must be " + valid + ".");
    }

    /** Levenshtein distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
