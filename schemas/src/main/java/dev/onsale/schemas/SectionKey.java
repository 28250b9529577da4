package dev.onsale.schemas;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Key of {@code onsale.commands} and {@code onsale.events}: {@code eventId/sectionId} in UTF-8. */
public record SectionKey(String eventId, String sectionId) {

    private static final int MAX_ID_LENGTH = 64;

    /** @throws IllegalArgumentException when one is no {@linkplain #isId id}; the message names it */
    public SectionKey {
        requireId("eventId", eventId);
        requireId("sectionId", sectionId);
    }

    /** @throws IllegalArgumentException when the text is not {@code eventId/sectionId} */
    public static SectionKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("key '" + text + "' is not eventId/sectionId");
        }
        return new SectionKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** The only partition of {@code onsale.commands} where commands for this section are decided. */
    public int partition(int partitions) {
        return Utils.toPositive(Utils.murmur2(toString().getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** Whether a text can be the id of an event or section: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}. */
    public static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MAX_ID_LENGTH || !letterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!letterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean letterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return eventId + "/" + sectionId;
    }

    private static void requireId(String name, String value) {
        if (!isId(value)) {
            throw new IllegalArgumentException(
                    name + " '" + value + "' does not match [A-Za-z0-9][A-Za-z0-9._-]{0,63}");
        }
    }
}
