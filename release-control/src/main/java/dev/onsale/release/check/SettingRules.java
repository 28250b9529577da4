package dev.onsale.release.check;

import static dev.onsale.release.check.Difference.Passage.BOTH_WAYS;
import static dev.onsale.release.check.Difference.Passage.CLOSED;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/** What a change of configuration keys means: a service does not start with a key that it does not know. */
final class SettingRules {

    private SettingRules() {}

    static List<Difference> between(
            String service, SortedMap<String, String> from, SortedMap<String, String> to, Deployment deployment) {
        List<Difference> found = new ArrayList<>();
        var keys = new TreeSet<>(from.keySet());
        keys.addAll(to.keySet());
        for (String key : keys) {
            String what = service + ", setting " + key;
            String before = from.get(key);
            String after = to.get(key);
            if (before == null) {
                found.add(new Difference(
                        what,
                        "absent",
                        shown(after),
                        BOTH_WAYS,
                        "set it only when you will not go back, since older builds do not start with it"));
            } else if (after == null) {
                found.add(
                        deployment.maySet(service, key)
                                ? new Difference(
                                        what,
                                        shown(before),
                                        "absent",
                                        CLOSED,
                                        "the new build does not start where it is set; remove it, then show the file with"
                                                + " --settings " + service + "=FILE")
                                : new Difference(
                                        what, shown(before), "absent", BOTH_WAYS, "the configuration does not set it"));
            } else if (!before.equals(after) && deployment.maySet(service, key)) {
                found.add(new Difference(
                        what,
                        shown(before),
                        shown(after),
                        BOTH_WAYS,
                        "only who does not set it gets the other default"));
            } else if (!before.equals(after)) {
                found.add(new Difference(
                        what,
                        shown(before),
                        shown(after),
                        BOTH_WAYS,
                        "the configuration does not set it, so its default changes"));
            }
        }
        return found;
    }

    private static String shown(@org.jspecify.annotations.Nullable String defaultValue) {
        return "default '" + defaultValue + "'";
    }
}
