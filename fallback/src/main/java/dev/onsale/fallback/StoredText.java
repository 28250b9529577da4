package dev.onsale.fallback;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Texts as they stand in PostgreSQL: as they are, but for the character 0, which it refuses. A buyer may ask for a seat of
 * any name, and must not stop the export by one.
 */
final class StoredText {

    private static final char NUL = 0;

    private StoredText() {}

    static String of(String text) {
        return text.indexOf(NUL) < 0 && text.indexOf('\\') < 0
                ? text
                : text.replace("\\", "\\\\").replace(String.valueOf(NUL), "\\0");
    }

    static String read(String stored) {
        if (stored.indexOf('\\') < 0) {
            return stored;
        }
        var text = new StringBuilder(stored.length());
        for (int i = 0; i < stored.length(); i++) {
            char c = stored.charAt(i);
            text.append(c != '\\' ? c : stored.charAt(++i) == '0' ? NUL : '\\');
        }
        return text.toString();
    }

    /** Texts as one literal of a {@code text[]}, since arrays of different lengths cannot stand in an array. */
    static String array(List<String> texts) {
        return texts.stream()
                .map(text -> "\"" + of(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
