package dev.onsale.release.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * The facts of a build on which a release rests. Written in a stable order, so that two of them can be compared as text.
 *
 * @param format of this description; another one means another version of this program
 * @param kafka version of the Kafka clients in the build
 * @param services by name
 * @param schemas released schemas by subject, oldest first; the last one is written
 * @param topics by name
 */
public record BuildFacts(
        int format,
        String kafka,
        SortedMap<String, Service> services,
        SortedMap<String, List<WireSchema>> schemas,
        SortedMap<String, TopicFacts> topics) {

    public static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /**
     * A program of which several instances share the work.
     *
     * @param groups by which the brokers know it: application ids, consumer groups, share groups
     * @param reads subjects of what it reads from topics and stores
     * @param writes subjects of what it writes to topics and stores
     * @param topology description of its Kafka Streams topology, line by line; empty: it has none
     * @param stores by name
     * @param settings keys of its configuration, with their defaults
     */
    public record Service(
            SortedSet<String> groups,
            SortedSet<String> reads,
            SortedSet<String> writes,
            List<String> topology,
            SortedMap<String, Store> stores,
            SortedMap<String, String> settings) {}

    /**
     * A state store.
     *
     * @param holds subject of the schema of its values, or the format's name
     * @param logged whether it has a changelog
     * @param changelog settings of the changelog topic
     */
    public record Store(String holds, boolean logged, SortedMap<String, String> changelog) {}

    /** A released schema and the id that stands for it on the wire when there is no registry. */
    public record WireSchema(int version, int id, JsonNode schema) {

        public static WireSchema of(int version, int id, Schema schema) {
            try {
                return new WireSchema(version, id, JSON.readTree(schema.toString()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Avro wrote a schema that is no JSON", e);
            }
        }

        Schema parsed() {
            return new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(schema.toString());
        }
    }

    /** A topic: its number of partitions, and the settings it must have. */
    public record TopicFacts(int partitions, SortedMap<String, String> settings) {}

    /** The same build on other topics. */
    public BuildFacts withTopics(SortedMap<String, TopicFacts> others) {
        return new BuildFacts(format, kafka, services, schemas, others);
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers can be written", e);
        }
    }

    /**
     * @param from where the text is from, for the message
     * @throws OperatorError when it is no description of a build
     */
    public static BuildFacts fromJson(String json, String from) {
        try {
            if (JSON.readTree(json).path("format").asInt(FORMAT) != FORMAT) {
                throw new OperatorError(
                        from + " is written in another format; use the onsale of the newer build to compare.");
            }
            return JSON.readValue(json, BuildFacts.class);
        } catch (JsonProcessingException e) {
            throw new OperatorError(
                    from + " is no description of a build; make one with './onsale release describe' of that build.",
                    e);
        }
    }
}
