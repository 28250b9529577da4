package dev.onsale.release.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One entry of {@code onsale.release-log}: key is the release id, value is JSON in UTF-8. An entry may be written more than
 * once when a broker's answer got lost; the id says that it is the same one.
 *
 * @param id unique id of what was done
 * @param at when it was done, by the clock of whoever did it
 * @param who did it: a person or a program
 * @param why in the words of whoever did it
 * @param kind what was done, such as {@code flag-change}
 * @param details members that belong to this kind; none may be named as the parameters above
 */
public record ReleaseEntry(String id, Instant at, String who, String why, String kind, ObjectNode details) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws OperatorError when nobody or no reason is named */
    public ReleaseEntry {
        requireSaid(who, "who", "the name of whoever makes the change");
        requireSaid(why, "why", "the reason for the change");
    }

    private static void requireSaid(String value, String name, String meaning) {
        if (value.isBlank()) {
            throw new OperatorError("Every change says " + name + ", but this one does not; give " + meaning + ".");
        }
    }

    public ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("id", id)
                .put("at", at.toString())
                .put("who", who)
                .put("why", why)
                .put("kind", kind);
        json.setAll(details);
        return json;
    }

    /** @throws IllegalArgumentException when it is no entry */
    public static ReleaseEntry fromJson(JsonNode json) {
        ObjectNode details = json.deepCopy();
        return new ReleaseEntry(
                take(details, "id"),
                Instant.parse(take(details, "at")),
                take(details, "who"),
                take(details, "why"),
                take(details, "kind"),
                details);
    }

    private static String take(ObjectNode json, String member) {
        JsonNode value = json.remove(member);
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException("a release entry without " + member);
        }
        return value.textValue();
    }

    /** As it is written to the topic. */
    public ProducerRecord<byte[], byte[]> message() {
        return new ProducerRecord<>(
                Topics.RELEASE_LOG,
                null,
                at.toEpochMilli(),
                id.getBytes(StandardCharsets.UTF_8),
                toJson().toString().getBytes(StandardCharsets.UTF_8));
    }
}
