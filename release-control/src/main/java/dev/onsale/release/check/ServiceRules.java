package dev.onsale.release.check;

import static dev.onsale.release.check.Difference.Passage.CLOSED;

import dev.onsale.release.check.BuildFacts.Service;
import dev.onsale.release.check.BuildFacts.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a change of groups, stores and topology means: instances of both builds could not share the work. */
final class ServiceRules {

    private ServiceRules() {}

    static List<Difference> between(String service, Service from, Service to) {
        List<Difference> found = new ArrayList<>();
        if (!from.groups().equals(to.groups())) {
            found.add(closed(
                    service + ", groups",
                    from.groups().toString(),
                    to.groups().toString(),
                    "a group's id names its position, its changelogs and its transactions, so work and state would be lost"
                            + " or done again"));
        }
        var names = new TreeSet<>(from.stores().keySet());
        names.addAll(to.stores().keySet());
        for (String name : names) {
            Store before = from.stores().get(name);
            Store after = to.stores().get(name);
            String what = service + ", store " + name;
            if (before == null) {
                found.add(closed(what, "absent", "present", "it would begin empty, and old instances do not write it"));
            } else if (after == null) {
                found.add(closed(what, "present", "absent", "its state would be lost, since a store is its name"));
            } else if (!before.equals(after)) {
                found.add(closed(
                        what,
                        before.toString(),
                        after.toString(),
                        "state written by one build could not be restored by the other"));
            }
        }
        if (!from.topology().equals(to.topology())) {
            found.add(closed(
                    service + ", topology",
                    onlyIn(from.topology(), to.topology()),
                    onlyIn(to.topology(), from.topology()),
                    "instances with different topologies cannot share one group, and state may be lost or rebuilt"));
        }
        return found;
    }

    private static String onlyIn(List<String> these, List<String> those) {
        List<String> only = these.stream().filter(line -> !those.contains(line)).toList();
        return only.isEmpty() ? "the other lines, or another order" : String.join(" / ", only);
    }

    private static Difference closed(String what, String from, String to, String why) {
        return new Difference(what, from, to, CLOSED, why);
    }
}
