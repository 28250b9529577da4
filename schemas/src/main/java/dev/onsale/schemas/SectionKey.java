package dev.onsale.schemas;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/** Key of {@code onsale.commands} and {@code onsale.events}: {@code eventId/sectionId} in UTF-8. */
public record SectionKey(String eventId, String sectionId) {

    /** What event and section ids look like. */
    public static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** @throws IllegalArgumentException when an id does not match {@link #ID}; the message names it */
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

    @Override
    public String toString() {
        return eventId + "/" + sectionId;
    }

    private static void requireId(String name, String value) {
        if (!ID.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " '" + value + "' does not match " + ID);
        }
    }
}
