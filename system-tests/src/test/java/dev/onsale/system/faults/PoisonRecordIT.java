package dev.onsale.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are no commands, or are none for that place, in the middle of a sale. */
@Tag("long")
class PoisonRecordIT {

    private static final int ROUNDS = 5;
    private static final int COMMANDS_EACH_ROUND = 100;

    @TempDir
    Path folder;

    /** A record that must not be decided, and why. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Poison(Problem problem, byte @Nullable [] key, byte @Nullable [] value) {}

    @Test
    @Tag("poison-record-on-every-partition")
    void sale_goesOn_whenEveryPartitionHasPoison() throws Exception {
        var finding = new Finding("poison-record-on-every-partition");
        long seed = finding.seed();
        Random random = new Random(seed);
        try (Lab lab = Lab.start(folder);
                Commands commands = new Commands(lab.bootstrap());
                Crowd crowd = new Crowd(commands, "poison", 8, seed);
                InventoryService decider =
                        lab.decide(folder.resolve("state"), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            List<ProducerRecord<byte[], byte @Nullable []>> sent = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                crowd.send(COMMANDS_EACH_ROUND);
                for (int partition = 0; partition < Lab.PARTITIONS; partition++) {
                    for (Poison poison : poisons(partition, random)) {
                        var record = new ProducerRecord<byte[], byte @Nullable []>(
                                Topics.COMMANDS.name(), partition, poison.key, poison.value);
                        record.headers().add("expected", poison.problem.name().getBytes(UTF_8));
                        commands.send(record);
                        sent.add(record);
                    }
                }
            }
            crowd.stop();

            Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof();

            finding.saw(sent.size() + " poisoned records on " + Lab.PARTITIONS + " partitions", proof);
            assertTrue(proof.orders().containsKey(OrderState.SOLD), proof::toString);
            assertDeadLetters(lab.bootstrap(), sent.size());
            assertTrue(decider.ready());
        }
    }

    private static List<Poison> poisons(int partition, Random random) {
        byte[] here = keyOf(partition);
        byte[] good = command(here);
        byte[] garbage = new byte[64];
        random.nextBytes(garbage);
        garbage[0] = 1;
        byte[] unknownId =
                ByteBuffer.allocate(9).put((byte) 0).putInt(999_999).putInt(7).array();
        return List.of(
                new Poison(Problem.UNREADABLE, here, garbage),
                new Poison(Problem.UNREADABLE, here, null),
                new Poison(Problem.UNREADABLE, null, null),
                new Poison(Problem.UNREADABLE, here, new byte[0]),
                new Poison(Problem.UNREADABLE, here, Arrays.copyOf(good, good.length / 2)),
                new Poison(Problem.UNREADABLE, here, Arrays.copyOf(good, good.length + 1)),
                new Poison(Problem.UNKNOWN_SCHEMA, here, unknownId),
                new Poison(Problem.WRONG_KEY, "somebody/else".getBytes(UTF_8), good),
                new Poison(Problem.WRONG_KEY, null, good),
                misplaced(partition));
    }

    /** A good command that librdkafka's default partitioner puts here and murmur2 elsewhere. */
    private static Poison misplaced(int partition) {
        byte[] key = keys().filter(candidate -> crc32(candidate) == partition
                        && SectionKey.parse(new String(candidate, UTF_8)).partition(Lab.PARTITIONS) != partition)
                .findFirst()
                .orElseThrow();
        return new Poison(Problem.WRONG_PARTITION, key, command(key));
    }

    private static byte[] keyOf(int partition) {
        return keys().filter(key -> SectionKey.parse(new String(key, UTF_8)).partition(Lab.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<byte[]> keys() {
        return IntStream.range(0, 1_000).mapToObj(i -> ("poison/X" + i).getBytes(UTF_8));
    }

    private static int crc32(byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(key);
        return (int) (crc.getValue() % Lab.PARTITIONS);
    }

    private static byte[] command(byte[] key) {
        SectionKey section = SectionKey.parse(new String(key, UTF_8));
        return Commands.SERDE.toBytes(Commands.purchase(section, "mallory", "r", 1, List.of(), Commands.GOOD_CARD));
    }

    /** Every poisoned record is there, untouched, with its place, the problem and what mends it. */
    private static void assertDeadLetters(String bootstrap, int count) {
        Map<String, ConsumerRecord<byte[], byte[]>> poisoned = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.committed(bootstrap, Topics.COMMANDS.name())) {
            if (record.headers().lastHeader("expected") != null) {
                poisoned.put(DeadLetters.key(record.topic(), record.partition(), record.offset()), record);
            }
        }
        assertEquals(count, poisoned.size());
        List<ConsumerRecord<byte[], byte[]>> letters = TopicReader.committed(bootstrap, Topics.DEAD_LETTERS);
        assertEquals(count, letters.size());
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            ConsumerRecord<byte[], byte[]> source = Objects.requireNonNull(
                    poisoned.remove(new String(letter.key(), UTF_8)), "an unexpected dead letter");
            Problem expected = Problem.valueOf(TopicReader.header(source, "expected"));
            assertEquals(expected.name(), TopicReader.header(letter, DeadLetters.PROBLEM));
            assertEquals(expected.mend(), TopicReader.header(letter, DeadLetters.MEND));
            assertFalse(TopicReader.header(letter, DeadLetters.DETAIL).isBlank());
            assertArrayEquals(source.value(), letter.value());
            var sourceKey = letter.headers().lastHeader(DeadLetters.SOURCE_KEY);
            assertArrayEquals(source.key(), sourceKey == null ? null : sourceKey.value());
        }
        assertEquals(Map.of(), poisoned);
    }
}
