package dev.onsale.cli.deadletters;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.release.log.ReleaseWriter;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Receipt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The dead letters of a cluster, as they stand when it is opened, and what is done to them. */
final class LetterBox implements AutoCloseable {

    private static final int ANSWER_MILLIS = 10_000;
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, Object> client;
    private final SchemaIds ids;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Letter> letters = new LinkedHashMap<>();
    private final Map<String, Ending> endings;

    private LetterBox(Map<String, Object> client, SchemaIds ids) {
        this.client = client;
        this.ids = ids;
        this.endings = Ending.latest(ReleaseLog.all(client));
        this.consumer = new KafkaConsumer<>(reading(client), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws OperatorError when the brokers do not answer, or there is no such topic */
    static LetterBox open(ClusterOptions cluster) {
        cluster.budget()
                .requireEnough(
                        "Looking for dead letters", cluster.client(), List.of(Topics.DEAD_LETTERS, Topics.RELEASE_LOG));
        LetterBox box = new LetterBox(cluster.client(), cluster.schemaIds());
        try {
            box.readLetters();
            return box;
        } catch (RuntimeException e) {
            box.close();
            throw e;
        }
    }

    private static Map<String, Object> reading(Map<String, Object> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // What there is, is read; nothing more is waited for.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        return properties;
    }

    /** One that was written twice, because its writer did not learn that it was written, is one. */
    private void readLetters() {
        List<TopicPartition> partitions = partitions(Topics.DEAD_LETTERS);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, Letter> found = new HashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(message -> {
                Letter letter = Letter.of(message);
                found.putIfAbsent(letter.id(), letter);
            });
        }
        found.values().stream()
                .sorted(Comparator.comparing(Letter::at).thenComparing(Letter::id))
                .forEach(letter -> letters.put(letter.id(), letter));
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new OperatorError(
                    "The topic " + topic + " does not exist here; name the cluster where tickets are sold"
                            + " with --bootstrap or --config.");
        }
        return partitions;
    }

    /** The oldest first. */
    List<Letter> letters() {
        return List.copyOf(letters.values());
    }

    /** @throws OperatorError when there is none */
    Letter require(String id) {
        Letter letter = letters.get(id);
        if (letter == null) {
            throw new OperatorError("There is no dead letter '" + id
                    + "'; give an id such as onsale.commands/2/1234 that 'onsale dead-letters list --all' shows.");
        }
        return letter;
    }

    /** How a letter ended; empty: it is open. */
    Optional<Ending> ending(Letter letter) {
        return Optional.ofNullable(endings.get(letter.id()));
    }

    Decoded decoded(Letter letter) {
        return Decoded.of(letter.value(), ids);
    }

    /**
     * Sends a letter's record again, and writes who and why into the release log in the same transaction.
     *
     * @return the topic that it was sent to
     * @throws OperatorError when that would be of no use or not safe, or the brokers did not confirm it
     */
    String repair(Letter letter, String who, String why) {
        var repair = new Repair(ids, partitions(Topics.COMMANDS.name()).size(), this::commandAt, Clock.systemUTC());
        Repair.Resent resent = repair.of(letter);
        var entry = Ending.repaired(letter, who, why, resent.details());
        try (ReleaseWriter writer = new ReleaseWriter(client, WRITE_TIMEOUT)) {
            writer.write(List.of(resent.message(), entry.message()));
        }
        return resent.message().topic();
    }

    /** @throws OperatorError when nobody or no reason is named, or the brokers did not confirm it */
    void drop(Letter letter, String who, String why) {
        var entry = Ending.dropped(letter, who, why);
        try (ReleaseWriter writer = new ReleaseWriter(client, WRITE_TIMEOUT)) {
            writer.write(List.of(entry.message()));
        }
    }

    private Optional<Instant> commandAt(Receipt receipt) {
        var partition = new TopicPartition(Topics.COMMANDS.name(), receipt.getPartition());
        if (!partitions(partition.topic()).contains(partition)) {
            return Optional.empty();
        }
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (receipt.getOffset() < 0 || receipt.getOffset() >= end) {
            return Optional.empty();
        }
        consumer.seek(partition, receipt.getOffset());
        @Nullable ConsumerRecord<byte[], byte[]> found = null;
        while (found == null && consumer.position(partition) < end) {
            found = consumer.poll(POLL).records(partition).stream().findFirst().orElse(null);
        }
        return Optional.ofNullable(found)
                .filter(message -> message.offset() == receipt.getOffset())
                .map(message -> Instant.ofEpochMilli(message.timestamp()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
