package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.Samples.Sample;
import dev.onsale.schemas.Samples.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What any registry must do for us; our fake and a real one both do. */
abstract class SchemaRegistryContract {

    /** Address of the registry, as an operator would configure it. */
    abstract String url();

    /** Makes the registry refuse versions of a subject that cannot read the version before. */
    abstract void requireCompatibility(String subject) throws Exception;

    final SchemaIds client() {
        return SchemaRegistry.from(url(), "", "");
    }

    static List<Sample<?>> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void record_isReadByAnotherClient_whenWritten(Sample<T> sample) {
        byte[] bytes = sample.subject().serde(client()).toBytes(sample.value());
        assertEquals(sample.value(), sample.subject().serde(client()).fromBytes(bytes));
    }

    @Test
    void id_isTheSame_whateverClientAsks() {
        SchemaIds one = client();
        SchemaIds other = client();
        Map<Integer, String> subjects = new HashMap<>();
        for (Subject<?> subject : Samples.SUBJECTS) {
            Schema schema = PinnedSchemas.released().versions().stream()
                    .filter(version -> version.subject().equals(subject.name()))
                    .toList()
                    .getLast()
                    .schema();
            int id = one.idOf(subject.name(), schema);
            assertEquals(id, other.idOf(subject.name(), schema));
            assertEquals(schema, client().schemaOf(id));
            subjects.put(id, subject.name());
        }
        assertEquals(Samples.SUBJECTS.size(), subjects.size(), "different schemas have different ids: " + subjects);
    }

    @Test
    void schema_isUnknown_whenItsIdWasNeverGiven() {
        assertThrows(UnknownSchemaException.class, () -> client().schemaOf(987_654_321));
        assertThrows(UnknownSchemaException.class, () -> client().schemaOf(-1));
    }

    @Test
    void id_isRefusedWithTheSubjectsName_whenTheRegistryHoldsAnIncompatibleSchema() throws Exception {
        String subject = "test-" + UUID.randomUUID() + "-value";
        client().idOf(subject, schema("{\"name\":\"a\",\"type\":\"string\"}"));
        requireCompatibility(subject);
        Schema incompatible = schema("{\"name\":\"a\",\"type\":\"int\"}");
        var refused = assertThrows(UnknownSchemaException.class, () -> client().idOf(subject, incompatible));
        assertTrue(String.valueOf(refused.getMessage()).contains(subject), refused.getMessage());
    }

    static Schema schema(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"dev.onsale.test\",\"fields\":[" + fields
                        + "]}");
    }
}
