package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SetSales;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AvroSerdeTest {

    private static final Instant AT = Instant.parse("2026-12-01T10:00:00Z");
    private static final Receipt RECEIPT = new Receipt(3, 77L);
    private static final AvroSerde<Command> COMMANDS = serde(Command.class, "onsale.commands");

    private static <T extends SpecificRecord> AvroSerde<T> serde(Class<T> type, String topic) {
        return AvroSerde.of(type, PinnedSchemas.released(), topic + "-value");
    }

    private static Command purchase() {
        return new Command(
                new CommandHeader("c1", "rock-night", "A", "r1", "", "ada", Map.of("allocator", "stable")),
                new Purchase(2, List.of(), SeatPreference.CONTIGUOUS, 9000L, "pm_card_visa"));
    }

    static Stream<Arguments> records() {
        return Stream.of(
                arguments("onsale.commands", Command.class, purchase()),
                arguments(
                        "onsale.events",
                        Event.class,
                        new Event(
                                new EventHeader("rock-night", "A", "o1", "ada", RECEIPT, AT, "stable", 5L, 7, 1, 2),
                                new SeatsSold(List.of("A-1", "A-2"), 2, 9000L))),
                arguments(
                        "onsale.orders",
                        OrderStatus.class,
                        new OrderStatus(
                                "o1",
                                "rock-night",
                                "A",
                                "ada",
                                -1L,
                                OrderState.HELD,
                                PaymentState.AUTHORISING,
                                1,
                                List.of("A-1"),
                                1,
                                4500L,
                                "EUR",
                                AT,
                                "",
                                RECEIPT,
                                5L)),
                arguments(
                        "onsale.payments",
                        PaymentRequest.class,
                        new PaymentRequest(
                                "o1",
                                "rock-night",
                                "A",
                                "ada",
                                PaymentOperation.AUTHORISE,
                                1,
                                4500L,
                                "EUR",
                                "o1:1:authorise",
                                "pm_card_visa",
                                "",
                                Map.of(),
                                RECEIPT)));
    }

    private static final Map<String, String> GOLDEN = Map.of(
            "onsale.commands",
                    "000000000104633114726f636b2d6e69676874024104723100066164610212616c6c6f6361746f720c737461626c65000204000202d08c0118706d5f636172645f76697361",
            "onsale.events",
                    "000000000214726f636b2d6e696768740241046f3106616461069a018084e090c6680c737461626c650a0e02040c0406412d3106412d320004d08c01",
            "onsale.orders",
                    "0000000003046f3114726f636b2d6e69676874024106616461010404020206412d310002a84606455552028084e090c66800069a010a",
            "onsale.payments",
                    "0000000004046f3114726f636b2d6e696768740241066164610202a846064555521c6f313a313a617574686f7269736518706d5f636172645f766973610000069a01");

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T extends SpecificRecord> void bytes_areTheGoldenOnes(String topic, Class<T> type, T value) {
        assertEquals(
                GOLDEN.get(topic), HexFormat.of().formatHex(serde(type, topic).toBytes(value)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    <T extends SpecificRecord> void value_isTheSame_afterThereAndBack(String topic, Class<T> type, T value) {
        AvroSerde<T> serde = serde(type, topic);

        assertEquals(value, serde.fromBytes(serde.toBytes(value)));
    }

    @Test
    void tombstone_staysNull() {
        assertNull(COMMANDS.serialize("t", null));
        assertNull(COMMANDS.deserialize("t", null));
    }

    static Stream<Arguments> unreadable() {
        byte[] good = COMMANDS.toBytes(purchase());
        byte[] trailing = Arrays.copyOf(good, good.length + 1);
        byte[] magic = good.clone();
        magic[0] = 1;
        byte[] hugeString = {0, 0, 0, 0, 1, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        return Stream.of(
                arguments("nothing", new byte[0]),
                arguments("prefix only", Arrays.copyOf(good, 5)),
                arguments("cut", Arrays.copyOf(good, good.length - 3)),
                arguments("more than a record", trailing),
                arguments("another magic byte", magic),
                arguments("a string of two gigabytes", hugeString));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void bytes_areRefused_whenTheyAreNoRecord(String name, byte[] bytes) {
        assertThrows(SerializationException.class, () -> COMMANDS.fromBytes(bytes), name);
    }

    @Test
    void bytes_areRefused_whenTheSchemaIsUnknown_orAnother() {
        byte[] bytes = COMMANDS.toBytes(purchase());
        bytes[4] = 99;
        assertThrows(UnknownSchemaException.class, () -> COMMANDS.fromBytes(bytes));
        bytes[4] = 2;
        assertThrows(UnknownSchemaException.class, () -> COMMANDS.fromBytes(bytes));
    }

    @Test
    void mangledBytes_neverGiveAnythingButASerializationException() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] good = COMMANDS.toBytes(purchase());
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                COMMANDS.fromBytes(bytes);
            } catch (SerializationException expected) {
                // Anything else would take the decider down instead of going to dead letters.
            }
        }
    }

    @Test
    void symbolOfANewerSchema_isReadAsUnknown() throws Exception {
        String newer = PinnedSchemas.released()
                .schemaOf(1)
                .toString()
                .replace("\"symbols\":[\"UNKNOWN\",\"OPEN\",", "\"symbols\":[\"UNKNOWN\",\"ARCHIVED\",\"OPEN\",");
        Schema schema = new Schema.Parser().parse(newer);
        GenericRecord header = new GenericData.Record(schema.getField("header").schema());
        for (String field : List.of("commandId", "eventId", "sectionId", "requestId", "orderId", "buyer")) {
            header.put(field, "x");
        }
        header.put("variants", Map.of());
        Schema setSales = schema.getField("payload").schema().getTypes().getLast();
        GenericRecord payload = new GenericData.Record(setSales);
        payload.put(
                "state", new GenericData.EnumSymbol(setSales.getField("state").schema(), "ARCHIVED"));
        payload.put("note", "");
        GenericRecord command = new GenericData.Record(schema);
        command.put("header", header);
        command.put("payload", payload);
        var out = new java.io.ByteArrayOutputStream();
        out.write(new byte[] {0, 0, 0, 0, 42});
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(schema).write(command, encoder);
        encoder.flush();
        SchemaIds ids = new SchemaIds() {
            @Override
            public int idOf(String subject, Schema any) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Schema schemaOf(int id) {
                return schema;
            }
        };

        Command read = AvroSerde.of(Command.class, ids, "s").fromBytes(out.toByteArray());

        assertEquals(SalesState.UNKNOWN, ((SetSales) read.getPayload()).getState());
    }

    @Test
    void prefix_isMagicByteAndBigEndianId() {
        assertArrayEquals(new byte[] {0, 0, 0, 0, 1}, Arrays.copyOf(COMMANDS.toBytes(purchase()), 5));
    }
}
