package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.PinnedSchemas.Version;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {

    private static final Map<String, Schema> CURRENT = Map.of(
            "onsale.commands-value", Command.getClassSchema(),
            "onsale.events-value", Event.getClassSchema(),
            "onsale.orders-value", OrderStatus.getClassSchema(),
            "onsale.payments-value", PaymentRequest.getClassSchema(),
            "orders-value", StoredOrder.getClassSchema(),
            "sections-value", StoredSection.getClassSchema());

    static Stream<String> subjects() {
        return CURRENT.keySet().stream().sorted();
    }

    private static Schema current(String subject) {
        return Objects.requireNonNull(CURRENT.get(subject));
    }

    private static List<Version> history(String subject) {
        return PinnedSchemas.released().versions().stream()
                .filter(version -> version.subject().equals(subject))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void schema_isTheNewestOfItsHistory(String subject) {
        assertEquals(
                history(subject).getLast().schema(),
                PortableSchema.of(current(subject)),
                "the schema of " + subject + " has changed: write it as a new version beside the others in"
                        + " schemas/src/main/resources/dev/onsale/schemas/history and add a line to index.csv");
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everyVersion_readsAllBefore(String subject) {
        List<Version> versions = history(subject);
        for (int newer = 1; newer < versions.size(); newer++) {
            for (int older = 0; older < newer; older++) {
                assertTrue(
                        reads(versions.get(newer).schema(), versions.get(older).schema()),
                        subject + " version " + (newer + 1) + " does not read version " + (older + 1));
            }
        }
    }

    @Test
    void compatibilityCheck_fails_whenAFieldWithoutDefaultIsAdded() {
        Schema before = SchemaBuilder.record("R").fields().requiredString("a").endRecord();
        Schema after = SchemaBuilder.record("R")
                .fields()
                .requiredString("a")
                .requiredString("b")
                .endRecord();

        assertFalse(reads(after, before));
        assertTrue(reads(before, after));
    }

    private static boolean reads(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                        .getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    @Test
    void ids_areUnique_andVersionsHaveNoGaps() {
        List<Version> all = PinnedSchemas.released().versions();

        assertEquals(all.size(), all.stream().map(Version::id).distinct().count());
        for (String subject : CURRENT.keySet()) {
            List<Version> versions = history(subject);
            for (int i = 0; i < versions.size(); i++) {
                assertEquals(i + 1, versions.get(i).version(), subject);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everyTypeAndField_hasADoc(String subject) {
        visit(current(subject), new ArrayList<>(), type -> {
            assertNotNull(type.getDoc(), type.getFullName());
            if (type.getType() == Schema.Type.RECORD) {
                type.getFields().forEach(field -> assertNotNull(field.doc(), type.getFullName() + "." + field.name()));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everyEnum_hasADefault_forSymbolsOfNewerSchemas(String subject) {
        visit(current(subject), new ArrayList<>(), type -> {
            if (type.getType() == Schema.Type.ENUM) {
                assertEquals("UNKNOWN", type.getEnumDefault(), type.getFullName());
            }
        });
    }

    private static void visit(Schema schema, List<String> seen, Consumer<Schema> check) {
        switch (schema.getType()) {
            case UNION -> schema.getTypes().forEach(type -> visit(type, seen, check));
            case ARRAY -> visit(schema.getElementType(), seen, check);
            case MAP -> visit(schema.getValueType(), seen, check);
            case RECORD, ENUM -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    check.accept(schema);
                    if (schema.getType() == Schema.Type.RECORD) {
                        schema.getFields().forEach(field -> visit(field.schema(), seen, check));
                    }
                }
            }
            default -> {}
        }
    }
}
