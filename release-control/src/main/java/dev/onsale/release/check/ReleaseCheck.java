package dev.onsale.release.check;

import static dev.onsale.release.check.Difference.Passage.BOTH_WAYS;
import static dev.onsale.release.check.Difference.Passage.CLOSED;
import static dev.onsale.release.check.Difference.Passage.ONE_WAY;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Every difference between a running build and a new one; none when they expect the same. Pure. */
public final class ReleaseCheck {

    private ReleaseCheck() {}

    public static List<Difference> between(BuildFacts running, BuildFacts next, Deployment deployment) {
        List<Difference> found = new ArrayList<>(kafka(running.kafka(), next.kafka()));
        found.addAll(new SchemaRules(running, next, deployment.registry()).differences());
        var services = new TreeSet<>(running.services().keySet());
        services.addAll(next.services().keySet());
        for (String name : services) {
            BuildFacts.Service before = running.services().get(name);
            BuildFacts.Service after = next.services().get(name);
            if (before == null || after == null) {
                found.add(new Difference(
                        "service " + name,
                        before == null ? "absent" : "present",
                        after == null ? "absent" : "present",
                        CLOSED,
                        "nobody would do its work in one of the builds"));
            } else {
                found.addAll(ServiceRules.between(name, before, after));
                found.addAll(SettingRules.between(name, before.settings(), after.settings(), deployment));
            }
        }
        found.addAll(TopicRules.between(running.topics(), next.topics()));
        return found;
    }

    private static List<Difference> kafka(String from, String to) {
        if (from.equals(to)) {
            return List.of();
        }
        boolean patch = minor(from).equals(minor(to));
        return List.of(
                new Difference(
                        "Kafka clients",
                        from,
                        to,
                        patch ? BOTH_WAYS : ONE_WAY,
                        patch
                                ? "patch releases keep the formats"
                                : "Kafka Streams may write its own files and metadata in a newer format; read its upgrade guide"));
    }

    private static String minor(String version) {
        return version.substring(0, Math.max(0, version.lastIndexOf('.')));
    }
}
