package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.audit.AuditReport.Violation;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** A story, and what the audit says of it: as text for people, or as lines of JSON. */
public final class PlainStory {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private PlainStory() {}

    /** Several lines, each ended by a line feed. */
    public static String of(Story story, AuditReport report) {
        List<StoryLine> lines = story.lines();
        var text = new StringBuilder("The story of " + story.title() + "\n\n");
        boolean several = lines.stream().map(StoryLine::orderId).distinct().count() > 1;
        lines.forEach(line -> text.append(TIME.format(line.at()))
                .append("  ")
                .append("%-26s  "
                        .formatted(line.where().topic() + "/" + line.where().partition() + "@"
                                + line.where().offset()))
                .append(line.says())
                .append(line.variant().isEmpty() ? "" : ", decided by " + line.variant())
                .append(several && !line.orderId().isEmpty() ? ", order " + line.orderId() : "")
                .append('\n'));
        text.append('\n');
        return text.append(verdict(story, report)).toString();
    }

    private static String verdict(Story story, AuditReport report) {
        List<Violation> violations = story.violations(report);
        var text = new StringBuilder();
        if (violations.isEmpty()) {
            text.append(
                    report.incomplete().isEmpty()
                            ? "Nothing is wrong with it: every invariant was checked, and no violation names it.\n"
                            : "No violation names it, as far as the log was read.\n");
        }
        PlainReport.violations(text, violations, violations.size());
        long others = report.violationsFound() - violations.size();
        if (others > 0) {
            text.append(
                    "%,d other violations were found; see them all without --order and --seat.\n".formatted(others));
        }
        if (report.undecided() > 0) {
            text.append("At most %,d commands were not decided yet, and not audited.\n".formatted(report.undecided()));
        }
        report.incomplete()
                .ifPresent(why -> text.append("The audit ").append(why).append(".\n"));
        return text.toString();
    }

    /** A JSON object a line; the last one is the verdict. */
    public static String toJson(Story story, AuditReport report) {
        var text = new StringBuilder();
        story.lines().forEach(line -> text.append(line.toJson()).append('\n'));
        List<Violation> violations = story.violations(report);
        ObjectNode verdict = JSON.createObjectNode()
                .put("of", story.title())
                .put("proven", violations.isEmpty() && report.incomplete().isEmpty())
                .put("violationsElsewhere", report.violationsFound() - violations.size());
        report.incomplete().ifPresent(why -> verdict.put("incomplete", why));
        ArrayNode array = verdict.putArray("violations");
        violations.forEach(violation -> AuditReport.write(violation, array.addObject()));
        return text.append(verdict).append('\n').toString();
    }
}
