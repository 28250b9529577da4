package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A flag got another definition, or none. It is two records in one transaction: the definition in {@code onsale.flags},
 * under the flag's name, with the header {@code onsale-change} that says who, when and why; and the entry in {@code
 * onsale.release-log}.
 *
 * @param id of the change and of its entry in the release log; empty: somebody wrote to the topic by other means
 * @param at when, by the clock of whoever made the change
 * @param before the definition until then; null: none
 * @param after the definition from then on; null: the flag is removed
 */
public record FlagChange(
        String id,
        Instant at,
        String who,
        String why,
        String flag,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {

    /** Kind of the entries in the release log. */
    public static final String KIND = "flag-change";

    private static final String UNKNOWN = "unknown";
    private static final String HEADER = "onsale-change";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A change that is made now.
     *
     * @throws OperatorError when nobody or no reason is named, there is no such flag, or its definition is wrong
     */
    public static FlagChange now(
            String flag, @Nullable JsonNode before, @Nullable JsonNode after, String who, String why) {
        if (after == null) {
            KnownFlag.of(flag);
        } else {
            FlagDefinition.requireValid(flag, after);
        }
        FlagChange change = new FlagChange(
                UUID.randomUUID().toString(), Instant.now(), who.strip(), why.strip(), flag, before, after);
        change.entry();
        return change;
    }

    /** As it stands in the release log. @throws OperatorError when nobody or no reason is named */
    ReleaseEntry entry() {
        ObjectNode details = JSON.createObjectNode().put("flag", flag);
        details.set("before", before == null ? NullNode.getInstance() : before);
        details.set("after", after == null ? NullNode.getInstance() : after);
        return new ReleaseEntry(id, at, who, why, KIND, details);
    }

    /** As it stands in the topic of flags. */
    ProducerRecord<byte[], byte @Nullable []> message() {
        ObjectNode header = JSON.createObjectNode()
                .put("id", id)
                .put("at", at.toString())
                .put("who", who)
                .put("why", why);
        return new ProducerRecord<>(
                Topics.FLAGS,
                null,
                at.toEpochMilli(),
                flag.getBytes(StandardCharsets.UTF_8),
                after == null ? null : after.toString().getBytes(StandardCharsets.UTF_8),
                List.of(new RecordHeader(HEADER, header.toString().getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * Reads a record of the topic of flags, whoever wrote it.
     *
     * @throws OperatorError when it is no flag that onsale knows, or its definition is wrong
     */
    static FlagChange fromMessage(ConsumerRecord<byte[], byte[]> message) {
        byte @Nullable [] key = message.key();
        byte @Nullable [] value = message.value();
        String flag = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        JsonNode after = null;
        if (value != null) {
            after = FlagDefinition.parse(flag, new String(value, StandardCharsets.UTF_8));
        }
        JsonNode header = header(message.headers().lastHeader(HEADER));
        return new FlagChange(
                header.path("id").asText(),
                header.has("at")
                        ? Instant.parse(header.path("at").asText())
                        : Instant.ofEpochMilli(message.timestamp()),
                header.path("who").asText(UNKNOWN),
                header.path("why").asText(UNKNOWN),
                flag,
                null,
                after);
    }

    private static JsonNode header(@Nullable Header header) {
        try {
            return header == null ? JSON.createObjectNode() : JSON.readTree(header.value());
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    /** As it is kept in the snapshot. */
    ObjectNode toJson() {
        return entry().toJson();
    }

    /** @throws IllegalArgumentException when it is no change */
    static FlagChange fromJson(JsonNode json) {
        ReleaseEntry entry = ReleaseEntry.fromJson(json);
        return new FlagChange(
                entry.id(),
                entry.at(),
                entry.who(),
                entry.why(),
                entry.details().path("flag").asText(),
                definition(entry.details().path("before")),
                definition(entry.details().path("after")));
    }

    private static @Nullable JsonNode definition(JsonNode json) {
        return json.isObject() ? json : null;
    }
}
