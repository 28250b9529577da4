package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that another build answers otherwise than was recorded.
 *
 * @param cause what differs, the same words for alike differences
 * @param section event and section
 * @param orderId the command's order; empty when it has none
 * @param command where the command stands
 * @param recorded the recorded answer, an event a line
 * @param other the other build's
 */
public record DecisionDifference(
        String cause,
        String section,
        String orderId,
        AuditReport.Receipt command,
        List<String> recorded,
        List<String> other) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REASON = "reason";

    /** Compares two answers whose classes may be different builds'. */
    static Optional<String> cause(List<? extends Record> recorded, List<? extends Record> other) {
        for (int i = 0; i < Math.max(recorded.size(), other.size()); i++) {
            Record was = i < recorded.size() ? recorded.get(i) : null;
            Record is = i < other.size() ? other.get(i) : null;
            if (was == null || is == null || !same(was, is)) {
                return Optional.of(cause(was, is));
            }
        }
        return Optional.empty();
    }

    private static boolean same(Record was, Record is) {
        return was.getClass() == is.getClass()
                ? was.equals(is)
                : was.getClass().getName().equals(is.getClass().getName())
                        && was.toString().equals(is.toString());
    }

    private static String cause(@Nullable Record was, @Nullable Record is) {
        if (was == null
                || is == null
                || !was.getClass().getName().equals(is.getClass().getName())) {
            return named(was) + " became " + named(is);
        }
        List<String> different = new ArrayList<>();
        for (RecordComponent component : was.getClass().getRecordComponents()) {
            String name = component.getName();
            if (!component(was, name).equals(component(is, name))) {
                different.add(name);
            }
        }
        return different.contains(REASON)
                ? named(was) + " became " + named(is)
                : was.getClass().getSimpleName() + ": " + String.join(", ", different);
    }

    private static String named(@Nullable Record event) {
        if (event == null) {
            return "nothing";
        }
        return (event.getClass().getSimpleName() + " " + component(event, REASON)).strip();
    }

    /** The text of a component; empty when there is none by that name. */
    private static String component(Record event, String name) {
        return Arrays.stream(event.getClass().getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .map(component -> {
                    try {
                        return String.valueOf(component.getAccessor().invoke(event));
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .findFirst()
                .orElse("");
    }

    /** One JSON object, without a line break. */
    public String toJson(boolean expected) {
        ObjectNode json = JSON.createObjectNode();
        json.put("cause", cause).put("section", section).put("orderId", orderId).put("expected", expected);
        json.putObject("command")
                .put("topic", command.topic())
                .put("partition", command.partition())
                .put("offset", command.offset());
        json.set("recorded", JSON.valueToTree(recorded));
        json.set("other", JSON.valueToTree(other));
        return json.toString();
    }
}
