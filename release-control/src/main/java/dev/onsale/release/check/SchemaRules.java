package dev.onsale.release.check;

import static dev.onsale.release.check.Difference.Passage.BOTH_WAYS;
import static dev.onsale.release.check.Difference.Passage.CLOSED;
import static dev.onsale.release.check.Difference.Passage.ONE_WAY;

import dev.onsale.release.check.BuildFacts.Service;
import dev.onsale.release.check.BuildFacts.WireSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * What a change of schemas means. A build writes the last version of each subject. Without a registry its id is unknown to
 * older builds, so they cannot read it; a registry tells them, and then it matters whether they can make sense of it.
 */
record SchemaRules(BuildFacts running, BuildFacts next, boolean registry) {

    List<Difference> differences() {
        List<Difference> found = new ArrayList<>();
        var subjects = new TreeSet<>(running.schemas().keySet());
        subjects.addAll(next.schemas().keySet());
        for (String subject : subjects) {
            List<WireSchema> before = running.schemas().getOrDefault(subject, List.of());
            List<WireSchema> after = next.schemas().getOrDefault(subject, List.of());
            before.forEach(old -> found.addAll(kept(subject, old, after)));
            if (!after.isEmpty()
                    && before.stream()
                            .noneMatch(old -> old.version() == after.getLast().version())) {
                found.add(added(subject, before, after.getLast()));
            }
        }
        return found;
    }

    /** A released version stays as it is for ever; only what no reader looks at may change. */
    private static List<Difference> kept(String subject, WireSchema old, List<WireSchema> after) {
        String what = "schema " + subject + " version " + old.version();
        WireSchema same = after.stream()
                .filter(other -> other.version() == old.version())
                .findFirst()
                .orElse(null);
        if (same == null) {
            return List.of(new Difference(
                    what, "id " + old.id(), "absent", CLOSED, "what was written with it could not be read"));
        }
        if (same.id() != old.id() || !same.parsed().equals(old.parsed())) {
            return List.of(new Difference(
                    what,
                    "id " + old.id(),
                    same.id() == old.id() ? "another schema" : "id " + same.id(),
                    CLOSED,
                    "records on the log would be taken for something else; add a version instead"));
        }
        return same.schema().equals(old.schema())
                ? List.of()
                : List.of(new Difference(what, "its docs", "other docs", BOTH_WAYS, "no reader looks at them"));
    }

    private Difference added(String subject, List<WireSchema> before, WireSchema added) {
        String what = "schema " + subject;
        String to = "version " + added.version() + " (id " + added.id() + ")";
        if (before.isEmpty()) {
            return new Difference(what, "absent", to, BOTH_WAYS, "no older build reads or writes this subject");
        }
        WireSchema latest = before.getLast();
        Function<Passage, Difference> difference = passage -> new Difference(
                what, "version " + latest.version() + " (id " + latest.id() + ")", to, passage.way(), passage.why());
        for (WireSchema old : before) {
            List<String> objections = objections(added.parsed(), old.parsed());
            if (!objections.isEmpty()) {
                return difference.apply(new Passage(
                        CLOSED,
                        "it cannot read what version " + old.version() + " wrote: " + String.join("; ", objections)));
            }
        }
        List<String> unreadable = objections(latest.parsed(), added.parsed());
        if (registry && unreadable.isEmpty()) {
            return difference.apply(
                    new Passage(BOTH_WAYS, "older builds read it, too, and leave out what they do not know"));
        }
        return difference.apply(unknown(
                subject,
                registry
                        ? "older builds cannot read it: " + String.join("; ", unreadable)
                        : "without a schema registry older builds do not know its id"));
    }

    private record Passage(Difference.Passage way, String why) {}

    /** A version that older builds cannot read. */
    private Passage unknown(String subject, String because) {
        List<String> readers = services(subject, Service::reads);
        List<String> both = new ArrayList<>(readers);
        both.retainAll(services(subject, Service::writes));
        return both.isEmpty()
                ? new Passage(
                        ONE_WAY,
                        because + "; upgrade " + String.join(", ", readers) + " before "
                                + String.join(", ", services(subject, Service::writes)))
                : new Passage(
                        CLOSED,
                        because + ", and instances of " + String.join(", ", both)
                                + " read what others of them wrote; stop them all and start them anew after the sale");
    }

    private List<String> services(String subject, Function<Service, java.util.Set<String>> subjects) {
        return next.services().entrySet().stream()
                .filter(service -> subjects.apply(service.getValue()).contains(subject))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> objections(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found -> found.getType() + " at " + found.getLocation())
                .toList();
    }
}
