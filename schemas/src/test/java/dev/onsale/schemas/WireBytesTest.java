package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.onsale.schemas.Samples.Sample;
import dev.onsale.schemas.Samples.Subject;
import dev.onsale.wire.Adopted;
import dev.onsale.wire.Command;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Purchase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on the topics are a contract: those of yesterday must be read tomorrow, and by others. */
class WireBytesTest {

    private static final PinnedSchemas IDS = PinnedSchemas.released();

    static List<Sample<?>> samples() {
        return Samples.all();
    }

    static List<Subject<?>> subjects() {
        return Samples.SUBJECTS;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bytes_areThoseCheckedIn_whenWritten(Sample<?> sample) throws IOException {
        assertEquals(golden().get(sample.name()), HexFormat.of().formatHex(sample.bytes()), sample.name());
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void record_isTheSame_whenReadFromCheckedInBytes(Sample<T> sample) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(Objects.requireNonNull(golden().get(sample.name()), sample.name()));
        assertEquals(sample.value(), sample.subject().serde(IDS).fromBytes(bytes));
    }

    @Test
    void golden_hasEverySample_andNothingElse() throws IOException {
        assertEquals(Samples.all().stream().map(Sample::name).toList(), List.copyOf(golden().keySet()));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    <T extends SpecificRecord> void record_isTheSame_whenWrittenAndRead(Subject<T> subject) throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed + " of random records of " + subject.name());
        AvroSerde<T> serde = subject.serde(IDS);
        Schema schema = IDS.versions().stream()
                .filter(version -> version.subject().equals(subject.name()))
                .toList()
                .getLast()
                .schema();
        for (Object random : new RandomData(schema, 500, seed)) {
            T once = serde.fromBytes(frame(IDS.idOf(subject.name(), schema), avro(schema, random)));
            assertEquals(comparable(once), comparable(serde.fromBytes(serde.toBytes(once))), "seed " + seed);
        }
    }

    /** Avro's own lists cannot compare records that have a time in a union; the JDK's lists ask the records. */
    private static <T> T comparable(T record) {
        if (record instanceof Command command && command.getHeader().getAdopted() != null) {
            Adopted adopted = command.getHeader().getAdopted();
            adopted.setEvents(List.copyOf(adopted.getEvents()));
        }
        return record;
    }

    static List<Sample<?>> samplesOfTheFirstRelease() throws IOException {
        Map<String, String> first = golden("golden-v1.csv");
        return Samples.all().stream()
                .<Sample<?>>map(sample -> sample)
                .filter(sample -> first.containsKey(sample.name()))
                .toList();
    }

    /** Commands and events are kept for ever, so those of the first release must be read as they were meant. */
    @ParameterizedTest
    @MethodSource("samplesOfTheFirstRelease")
    void record_isTheSame_whenReadFromBytesOfTheFirstRelease(Sample<?> sample) throws IOException {
        String hex = Objects.requireNonNull(golden("golden-v1.csv").get(sample.name()));
        assertEquals(
                sample.value(),
                sample.subject().serde(IDS).fromBytes(HexFormat.of().parseHex(hex)));
    }

    /** Made with kafkajs' registry client as in examples/node-gateway. */
    @Test
    void purchase_isRead_whenWrittenByNode() throws IOException {
        String hex = text("node-purchase.hex").strip();
        Command command = Samples.COMMANDS.serde(IDS).fromBytes(HexFormat.of().parseHex(hex));
        assertEquals("rock-night", command.getHeader().getEventId());
        assertEquals("ada", command.getHeader().getBuyer());
        assertEquals(Requests.orderId("ada", "try-1"), command.getHeader().getOrderId());
        Purchase purchase = (Purchase) command.getPayload();
        assertEquals(2, purchase.getQuantity());
        assertNull(purchase.getExpectedTotal());
        assertEquals("pm_card_visa", purchase.getPaymentToken());
    }

    @Test
    void tombstone_staysOne_bothWays() {
        AvroSerde<OrderStatus> serde = Samples.ORDERS.serde(IDS);
        assertNull(serde.serialize("onsale.orders", null));
        assertNull(serde.deserialize("onsale.orders", null));
    }

    @Test
    void write_isRefusedWithTheRecordsName_whenARequiredFieldIsMissing() {
        var refused = assertThrows(
                SerializationException.class, () -> Samples.COMMANDS.serde(IDS).toBytes(new Command()));
        assertEquals(true, String.valueOf(refused.getMessage()).startsWith("a Command cannot be written"));
    }

    static byte[] frame(int id, byte[] avro) {
        return ByteBuffer.allocate(AvroSerde.PREFIX_BYTES + avro.length)
                .put((byte) 0)
                .putInt(id)
                .put(avro)
                .array();
    }

    static byte[] avro(Schema schema, Object record) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static Map<String, String> golden() throws IOException {
        return golden("golden.csv");
    }

    private static Map<String, String> golden(String file) throws IOException {
        Map<String, String> golden = new LinkedHashMap<>();
        text(file).lines().skip(1).forEach(line -> {
            int comma = line.indexOf(',');
            golden.put(line.substring(0, comma), line.substring(comma + 1));
        });
        return golden;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(WireBytesTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
