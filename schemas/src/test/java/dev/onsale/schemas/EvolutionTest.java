package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.schemas.PinnedSchemas.Version;
import dev.onsale.schemas.Samples.Subject;
import dev.onsale.wire.Command;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Old records stay readable, and new ones do not stop old programs. */
class EvolutionTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FUTURE_ID = 99;

    static List<Subject<?>> subjects() {
        return Samples.SUBJECTS;
    }

    private static List<Version> versions(Subject<?> subject) {
        return PinnedSchemas.released().versions().stream()
                .filter(version -> version.subject().equals(subject.name()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void history_endsWithTheSchemaOfThisBuild(Subject<?> subject) {
        Schema current =
                PortableSchema.of(SpecificData.getForClass(subject.type()).getSchema(subject.type()));
        Version newest = versions(subject).getLast();
        assertEquals(
                newest.schema().toString(),
                current.toString(),
                () -> "The schema of " + subject.name()
                        + " has changed. Write it to src/main/resources/dev/onsale/schemas/history/"
                        + current.getName() + ".v" + (newest.version() + 1) + ".avsc and add a line to index.csv: "
                        + subject.name() + "," + (newest.version() + 1) + "," + nextId() + "," + current.getName()
                        + ".v"
                        + (newest.version() + 1) + ".avsc. Leave the earlier versions as they are:\n"
                        + current);
    }

    private static int nextId() {
        return 1
                + PinnedSchemas.released().versions().stream()
                        .mapToInt(Version::id)
                        .max()
                        .orElse(0);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everyVersion_readsAllBefore(Subject<?> subject) {
        assertEquals(
                List.of(),
                Evolution.incompatibilities(
                        versions(subject).stream().map(Version::schema).toList()));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void newestVersion_isFitToBeChanged(Subject<?> subject) {
        Schema newest = versions(subject).getLast().schema();
        assertEquals(List.of(), Evolution.undocumented(newest));
        assertEquals(List.of(), Evolution.enumsWithoutDefault(newest));
        assertEquals(List.of(), Evolution.optionalWithoutDefault(newest));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void versions_countFromOne(Subject<?> subject) {
        List<Integer> numbers = versions(subject).stream().map(Version::version).toList();
        assertEquals(IntStream.rangeClosed(1, numbers.size()).boxed().toList(), numbers);
    }

    @Test
    void index_hasEverySubject_andNoIdTwice() {
        List<Version> all = PinnedSchemas.released().versions();
        assertEquals(
                Samples.SUBJECTS.stream().map(Subject::name).sorted().toList(),
                all.stream().map(Version::subject).distinct().sorted().toList());
        assertEquals(all.size(), all.stream().mapToInt(Version::id).distinct().count());
    }

    static Stream<Arguments> incompatibleHistories() {
        String name = "{\"name\":\"name\",\"type\":\"string\"}";
        return Stream.of(
                arguments("a new field without a default", List.of("", name)),
                arguments("another type", List.of(name, "{\"name\":\"name\",\"type\":\"int\"}")),
                arguments(
                        "a symbol less, without a default",
                        List.of(
                                "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}}",
                                "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}}")),
                arguments(
                        "a union with one type less",
                        List.of(
                                "{\"name\":\"u\",\"type\":[\"null\",\"int\",\"string\"]}",
                                "{\"name\":\"u\",\"type\":[\"null\",\"string\"]}")),
                arguments(
                        "a field that comes back as another type: fine with the version before, not with the first",
                        List.of(name, "", "{\"name\":\"name\",\"type\":\"int\",\"default\":0}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("incompatibleHistories")
    void check_objects_whenVersionsAreIncompatible(String what, List<String> fields) {
        List<Schema> history = fields.stream().map(EvolutionTest::recordWith).toList();
        assertFalse(Evolution.incompatibilities(history).isEmpty(), what);
    }

    @Test
    void check_objects_whenASchemaIsNotFitToBeChanged() {
        Schema unfit = recordWith("{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}},"
                + "{\"name\":\"list\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}");
        assertEquals(
                List.of("R has no doc", "R.e has no doc", "R.list has no doc", "E has no doc"),
                Evolution.undocumented(unfit));
        assertEquals(List.of("E has the default null, not UNKNOWN"), Evolution.enumsWithoutDefault(unfit));
        assertEquals(List.of("R.list has no default"), Evolution.optionalWithoutDefault(unfit));
    }

    private static Schema recordWith(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    @Test
    void symbolOfTheFuture_isReadAsUnknown() throws IOException {
        Schema future = future(command -> command.findParents("symbols").stream()
                .filter(type -> type.path("name").asText().equals("SeatPreference"))
                .forEach(type -> ((ArrayNode) type.path("symbols")).add("AISLE")));
        GenericRecord command = generic(future);
        GenericRecord purchase = (GenericRecord) command.get("payload");
        Schema preference = purchase.getSchema().getField("preference").schema();
        purchase.put("preference", new GenericData.EnumSymbol(preference, "AISLE"));

        Command read = readByThisBuild(future, command);

        assertEquals(SeatPreference.UNKNOWN, ((Purchase) read.getPayload()).getPreference());
    }

    @Test
    void fieldOfTheFuture_isPassedOver() throws IOException {
        Schema future = future(command -> ((ArrayNode) command.path("fields"))
                .addObject()
                .put("name", "priority")
                .put("type", "int")
                .put("default", 0));
        GenericRecord command = generic(future);
        command.put("priority", 7);

        assertEquals(Samples.command("Purchase", Samples.purchase()).value(), readByThisBuild(future, command));
    }

    /** With no fields or with those of CancelOrder, Avro alone would take it for one of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{\"name\":\"by\",\"type\":\"dev.onsale.wire.CancelledBy\"}"})
    void payloadOfTheFuture_isRefused_whateverItLooksLike(String fields) throws IOException {
        String added = "{\"type\":\"record\",\"name\":\"TransferOrder\",\"namespace\":\"dev.onsale.wire\",\"fields\":["
                + fields + "]}";
        Schema future =
                future(command -> ((ArrayNode) command.path("fields").path(1).path("type")).add(json(added)));
        GenericRecord command = generic(future);
        Schema transfer = future.getField("payload").schema().getTypes().getLast();
        GenericRecord payload = new GenericData.Record(transfer);
        transfer.getFields()
                .forEach(field -> payload.put(field.pos(), new GenericData.EnumSymbol(field.schema(), "BUYER")));
        command.put("payload", payload);

        var refused = assertThrows(SerializationException.class, () -> readByThisBuild(future, command));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("dev.onsale.wire.TransferOrder"), refused.getMessage());
    }

    @Test
    void payloadOfToday_isRead_whenTheSchemaOfTheFutureHasMore() throws IOException {
        Schema future =
                future(command -> ((ArrayNode) command.path("fields").path(1).path("type"))
                        .add(json("{\"type\":\"record\",\"name\":\"TransferOrder\",\"fields\":[]}")));

        assertEquals(Samples.command("Purchase", Samples.purchase()).value(), readByThisBuild(future, generic(future)));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Schema future(Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode)
                JSON.readTree(versions(Samples.COMMANDS).getLast().schema().toString());
        change.accept(json);
        return new Schema.Parser().parse(json.toString());
    }

    /** A purchase, as a program of the future would hold it. */
    private static GenericRecord generic(Schema future) throws IOException {
        byte[] bytes = Samples.command("Purchase", Samples.purchase()).bytes();
        byte[] avro = Arrays.copyOfRange(bytes, AvroSerde.PREFIX_BYTES, bytes.length);
        var reader = new GenericDatumReader<GenericRecord>(
                versions(Samples.COMMANDS).getLast().schema(), future);
        return reader.read(null, DecoderFactory.get().binaryDecoder(avro, null));
    }

    private static Command readByThisBuild(Schema future, GenericRecord command) throws IOException {
        SchemaIds ids = new SchemaIds() {
            @Override
            public int idOf(String subject, Schema schema) {
                return PinnedSchemas.released().idOf(subject, schema);
            }

            @Override
            public Schema schemaOf(int id) {
                return id == FUTURE_ID ? future : PinnedSchemas.released().schemaOf(id);
            }
        };
        return Samples.COMMANDS
                .serde(ids)
                .fromBytes(WireBytesTest.frame(FUTURE_ID, WireBytesTest.avro(future, command)));
    }
}
