package dev.onsale.release.check;

import static dev.onsale.release.check.Difference.Passage.BOTH_WAYS;
import static dev.onsale.release.check.Difference.Passage.CLOSED;

import dev.onsale.release.check.BuildFacts.TopicFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/** What a change of topics means. Also tells a cluster's topics from those a build needs. */
public final class TopicRules {

    /** What the brokers do when a topic does not say. */
    private static final Map<String, String> BROKER_DEFAULTS = Map.of(
            "cleanup.policy", "delete",
            "message.timestamp.type", "CreateTime",
            "min.insync.replicas", "1",
            "retention.ms", "604800000");

    private TopicRules() {}

    public static List<Difference> between(SortedMap<String, TopicFacts> from, SortedMap<String, TopicFacts> to) {
        List<Difference> found = new ArrayList<>();
        var names = new TreeSet<>(from.keySet());
        names.addAll(to.keySet());
        for (String name : names) {
            TopicFacts before = from.get(name);
            TopicFacts after = to.get(name);
            if (before == null) {
                found.add(new Difference(
                        "topic " + name,
                        "absent",
                        "present",
                        BOTH_WAYS,
                        "create it first with ./onsale topics create"));
            } else if (after == null) {
                found.add(new Difference(
                        "topic " + name,
                        "present",
                        "absent",
                        CLOSED,
                        "what was written to it would not be read any more"));
            } else {
                found.addAll(between(name, before, after));
            }
        }
        return found;
    }

    private static List<Difference> between(String name, TopicFacts from, TopicFacts to) {
        List<Difference> found = new ArrayList<>();
        if (from.partitions() != to.partitions()) {
            found.add(new Difference(
                    "topic " + name + ", partitions",
                    Integer.toString(from.partitions()),
                    Integer.toString(to.partitions()),
                    CLOSED,
                    "another number moves keys to other partitions, away from their state and order"));
        }
        var keys = new TreeSet<>(from.settings().keySet());
        keys.addAll(to.settings().keySet());
        for (String key : keys) {
            String byDefault = BROKER_DEFAULTS.getOrDefault(key, "not set");
            String before = from.settings().getOrDefault(key, byDefault);
            String after = to.settings().getOrDefault(key, byDefault);
            if (!before.equals(after)) {
                boolean stronger = isStronger(key, before, after);
                found.add(new Difference(
                        "topic " + name + ", " + key,
                        before,
                        after,
                        stronger ? BOTH_WAYS : CLOSED,
                        stronger
                                ? "it keeps or promises more; run kafka-configs.sh --bootstrap-server HOST:PORT --alter"
                                        + " --topic " + name + " --add-config " + key + "=" + after
                                : "it is weaker, or not known to be stronger, and correctness rests on it"));
            }
        }
        return found;
    }

    private static boolean isStronger(String key, String from, String to) {
        return switch (key) {
            case "retention.ms" -> Long.compareUnsigned(Long.parseLong(to), Long.parseLong(from)) > 0;
            case "min.insync.replicas" -> Integer.parseInt(to) > Integer.parseInt(from);
            case "message.timestamp.type" -> to.equals("LogAppendTime");
            default -> false;
        };
    }
}
