package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.schemas.Samples.Sample;
import dev.onsale.wire.Command;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands on a topic: it is read, or refused with the one exception that leads to dead letters. */
class UnreadableBytesTest {

    private static final PinnedSchemas IDS = PinnedSchemas.released();
    private static final AvroSerde<Command> COMMANDS = Samples.COMMANDS.serde(IDS);
    private static final HexFormat HEX = HexFormat.of();
    /** What stands before the first field of a command, its commandId. */
    private static final String COMMAND = "0000000001";

    static Stream<Arguments> unreadable() {
        byte[] whole = Samples.all().getFirst().bytes();
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        byte[] otherMagic = whole.clone();
        otherMagic[0] = 1;
        return Stream.of(
                arguments("nothing", new byte[0], "0 bytes"),
                arguments("less than a prefix", HEX.parseHex("00000000"), "4 bytes"),
                arguments("another magic byte", otherMagic, "the first is 0x01"),
                arguments("JSON", "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "the first is 0x7b"),
                arguments("a prefix alone", HEX.parseHex(COMMAND), "schema id 1"),
                arguments("the last byte missing", Arrays.copyOf(whole, whole.length - 1), "schema id 10"),
                arguments("a byte too many", longer, "left over"),
                arguments("a text of 2^31-2 bytes", HEX.parseHex(COMMAND + "fcffffff0f"), "schema id 1"),
                arguments("a text of 2^31-1 bytes", HEX.parseHex(COMMAND + "feffffff0f"), "schema id 1"),
                arguments("a text of 2^63-1 bytes", HEX.parseHex(COMMAND + "feffffffffffffffff01"), "schema id 1"),
                arguments("a text of -1 bytes", HEX.parseHex(COMMAND + "01"), "schema id 1"),
                arguments("a length that never ends", HEX.parseHex(COMMAND + "ff".repeat(11)), "schema id 1"),
                arguments(
                        "a map of 2^31-1 entries",
                        HEX.parseHex(COMMAND + "00".repeat(6) + "feffffff0f"),
                        "schema id 1"),
                arguments("payload number 99", HEX.parseHex(COMMAND + "00".repeat(7) + "c601"), "schema id 1"),
                arguments("payload number -1", HEX.parseHex(COMMAND + "00".repeat(7) + "01"), "schema id 1"),
                arguments(
                        "2^31-1 seats",
                        HEX.parseHex(COMMAND + "00".repeat(7) + "02" + "00" + "feffffff0f"),
                        "schema id 1"),
                arguments(
                        "preference number 99",
                        HEX.parseHex(COMMAND + "00".repeat(7) + "02" + "0000" + "c601" + "0000"),
                        "schema id 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void read_isRefused_whenBytesAreNoCommand(String what, byte[] bytes, String said) {
        var refused = assertThrows(SerializationException.class, () -> COMMANDS.fromBytes(bytes), what);
        assertEquals(SerializationException.class, refused.getClass(), what);
        assertTrue(String.valueOf(refused.getMessage()).contains(said), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("idsOfNoCommand")
    void read_isRefusedAsUnknown_whenTheIdIsNoCommands(int id, String said) {
        byte[] bytes = WireBytesTest.frame(id, new byte[] {0});
        var refused = assertThrows(UnknownSchemaException.class, () -> COMMANDS.fromBytes(bytes));
        assertTrue(String.valueOf(refused.getMessage()).contains(said), refused.getMessage());
    }

    static Stream<Arguments> idsOfNoCommand() {
        return Stream.of(
                arguments(0, "no schema has id 0"),
                arguments(-1, "no schema has id -1"),
                arguments(Integer.MAX_VALUE, "no schema has id 2147483647"),
                arguments(2, "dev.onsale.wire.Event"),
                arguments(3, "dev.onsale.wire.OrderStatus"));
    }

    @Test
    void read_neverFailsOtherwise_whenBytesAreMutated() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed + " of mutated bytes");
        var random = new SplittableRandom(seed);
        int readable = 0;
        for (Sample<?> sample : Samples.all()) {
            readable += stillReadable(sample, random, seed);
        }
        // A mutation that leaves every record unreadable would test the prefix only.
        assertTrue(readable > 500, "only " + readable + " were still readable; seed " + seed);
    }

    private static <T extends SpecificRecord> int stillReadable(Sample<T> sample, SplittableRandom random, long seed) {
        AvroSerde<T> serde = sample.subject().serde(IDS);
        byte[] whole = sample.bytes();
        int readable = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = whole;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                bytes = mutated(bytes, random);
            }
            try {
                serde.toBytes(serde.fromBytes(bytes));
                readable++;
            } catch (SerializationException refused) {
                // As it should be.
            } catch (RuntimeException | Error e) {
                fail(sample + " as " + HEX.formatHex(bytes) + ", seed " + seed, e);
            }
        }
        return readable;
    }

    /** Mostly behind the prefix: flipped bits, a cut, a byte less, a huge number, a piece doubled. */
    private static byte[] mutated(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(20) == 0 ? 0 : Math.min(AvroSerde.PREFIX_BYTES, bytes.length);
        if (from == bytes.length) {
            return new byte[random.nextInt(8)];
        }
        int at = random.nextInt(from, bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> spliced(bytes, at, new byte[0], at + 1);
            case 3 -> spliced(bytes, at, varint(random.nextLong() >>> random.nextInt(64)), at + 1);
            default -> spliced(bytes, at, bytes, at);
        };
    }

    private static byte[] spliced(byte[] bytes, int head, byte[] middle, int tail) {
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, head);
        out.writeBytes(middle);
        out.write(bytes, tail, bytes.length - tail);
        return out.toByteArray();
    }

    private static byte[] varint(long value) {
        var out = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    static List<Sample<?>> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void read_isRefused_whenCutAnywhere(Sample<T> sample) {
        AvroSerde<T> serde = sample.subject().serde(IDS);
        byte[] whole = sample.bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(SerializationException.class, () -> serde.fromBytes(cut), sample + " cut to " + cut.length);
        }
    }
}
