package dev.onsale.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Says in which fields two records differ. */
final class Differences {

    private static final int MOST = 4;
    private static final int LONGEST = 120;

    private Differences() {}

    /** Such as {@code payload.total is 1, decided was 4500}. */
    static String between(SpecificRecord actual, SpecificRecord decided) {
        List<String> found = new ArrayList<>();
        collect("", actual, decided, found);
        if (found.isEmpty()) {
            return "its bytes are written in another way";
        }
        int more = found.size() - MOST;
        return String.join("; ", found.subList(0, Math.min(MOST, found.size())))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static void collect(String path, SpecificRecord actual, SpecificRecord decided, List<String> found) {
        if (!actual.getSchema().getFullName().equals(decided.getSchema().getFullName())) {
            found.add((path.isEmpty() ? "" : path + " ") + "is a "
                    + actual.getSchema().getName() + ", decided was a "
                    + decided.getSchema().getName());
            return;
        }
        for (Schema.Field field : actual.getSchema().getFields()) {
            Object a = actual.get(field.pos());
            Object d = decided.get(field.pos());
            String name = path.isEmpty() ? field.name() : path + "." + field.name();
            if (a instanceof SpecificRecord actualChild && d instanceof SpecificRecord decidedChild) {
                collect(name, actualChild, decidedChild, found);
            } else if (!Objects.equals(a, d)) {
                found.add(name + " is " + shown(a) + ", decided was " + shown(d));
            }
        }
    }

    private static String shown(Object value) {
        String text = value instanceof CharSequence ? "'" + value + "'" : String.valueOf(value);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
