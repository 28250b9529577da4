package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.Topic;
import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;

/** What an import does to the topics and groups of a cluster, beside writing records. */
final class ImportTopics {

    private static final int ANSWER_WITHIN_SECONDS = 60;
    private static final int PUT_OFF_PAUSE_MILLIS = 200;

    private static final String MIN_COPIES = "min.insync.replicas";

    /** While records are written: they keep their times, and none is removed. */
    private static final Map<String, String> MEANWHILE = Map.of(
            "message.timestamp.type",
            "CreateTime",
            "message.timestamp.before.max.ms",
            Long.toString(Long.MAX_VALUE),
            "message.timestamp.after.max.ms",
            Long.toString(Long.MAX_VALUE),
            "cleanup.policy",
            "delete",
            "retention.ms",
            "-1",
            "retention.bytes",
            "-1");

    private static final Set<GroupState> WITH_MEMBERS =
            EnumSet.complementOf(EnumSet.of(GroupState.EMPTY, GroupState.DEAD, GroupState.UNKNOWN));

    private final Admin admin;
    private final List<Topic> topics;
    private final int copies;

    /** @param copies of every partition that is created */
    ImportTopics(Admin admin, List<Topic> topics, int copies) {
        this.admin = admin;
        this.topics = topics;
        this.copies = copies;
    }

    /**
     * Makes the topics ready for records.
     *
     * @throws OperatorError when services run, or a topic has records or another number of partitions
     */
    void prepare() {
        requireNobody();
        Map<String, Integer> existing = existing();
        for (Topic topic : topics) {
            int partitions = topic.partitions().size();
            int there = existing.getOrDefault(topic.name(), partitions);
            if (there != partitions) {
                throw new OperatorError(
                        "The topic " + topic.name() + " has " + there + " partitions, and the archive has " + partitions
                                + "; delete the topic, or import into another cluster.");
            }
        }
        get(admin.createTopics(topics.stream()
                        .filter(topic -> !existing.containsKey(topic.name()))
                        .map(topic ->
                                new NewTopic(topic.name(), topic.partitions().size(), (short) copies))
                        .toList())
                .all());
        requireEmpty();
        configure(topic -> {
            Map<String, String> settings = settings(topic);
            settings.putAll(MEANWHILE);
            return set(settings);
        });
    }

    private void requireNobody() {
        Collection<GroupListing> running = get(admin.listGroups(new ListGroupsOptions().inGroupStates(WITH_MEMBERS))
                .all());
        List<String> ours = running.stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith("onsale"))
                .sorted()
                .toList();
        if (!ours.isEmpty()) {
            throw new OperatorError("Services use this cluster (groups " + String.join(", ", ours)
                    + "); stop them, and start them when the import is done.");
        }
    }

    private Map<String, Integer> existing() {
        Set<String> names = topics.stream().map(Topic::name).collect(Collectors.toSet());
        names.retainAll(get(admin.listTopics().names()));
        Map<String, Integer> partitions = new HashMap<>();
        get(admin.describeTopics(names).allTopicNames())
                .forEach(
                        (name, topic) -> partitions.put(name, topic.partitions().size()));
        return partitions;
    }

    /** Returns when every partition has a leader that serves it. */
    private void requireEmpty() {
        Map<TopicPartition, OffsetSpec> latest =
                all().stream().collect(Collectors.toMap(each -> each, _ -> OffsetSpec.latest()));
        getPatiently(() -> admin.listOffsets(latest).all()).forEach((partition, end) -> {
            if (end.offset() != 0) {
                throw new OperatorError("The partition " + partition + " is not empty, so records would not get their"
                        + " offsets; delete the topics " + names() + ", or import into another cluster.");
            }
        });
    }

    private String names() {
        return topics.stream().map(Topic::name).collect(Collectors.joining(", "));
    }

    /** Every partition. */
    List<TopicPartition> all() {
        return topics.stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions().size())
                        .mapToObj(number -> new TopicPartition(topic.name(), number)))
                .toList();
    }

    /** The archive's, but those that fewer copies cannot keep. */
    private Map<String, String> settings(Topic topic) {
        Map<String, String> settings = new HashMap<>(topic.configs());
        if (settings.containsKey(MIN_COPIES) && Integer.parseInt(settings.get(MIN_COPIES)) > copies) {
            settings.remove(MIN_COPIES);
        }
        return settings;
    }

    private static List<AlterConfigOp> set(Map<String, String> settings) {
        List<AlterConfigOp> changes = new ArrayList<>();
        settings.forEach(
                (key, value) -> changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        return changes;
    }

    private void configure(Function<Topic, Collection<AlterConfigOp>> changes) {
        Map<ConfigResource, Collection<AlterConfigOp>> all = topics.stream()
                .collect(Collectors.toMap(
                        topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), changes));
        get(admin.incrementalAlterConfigs(all).all());
    }

    /**
     * Once every record is written.
     *
     * @param firsts offsets that partitions begin at
     */
    void finish(Map<TopicPartition, Long> firsts) {
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        firsts.forEach((partition, first) -> {
            if (first > 0) {
                before.put(partition, RecordsToDelete.beforeOffset(first));
            }
        });
        get(admin.deleteRecords(before).all());
        configure(topic -> {
            Map<String, String> settings = settings(topic);
            List<AlterConfigOp> changes = set(settings);
            MEANWHILE.keySet().stream()
                    .filter(key -> !settings.containsKey(key))
                    .forEach(key ->
                            changes.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
            return changes;
        });
    }

    /** Services go on where they had been. */
    void setGroups(ArchiveManifest manifest) {
        Map<TopicPartition, OffsetAndMetadata> decided = offsets(Topics.COMMANDS.name(), manifest.decided());
        Map<TopicPartition, OffsetAndMetadata> carriedOut = offsets(Topics.PAYMENTS.name(), manifest.carriedOut());
        get(admin.alterConsumerGroupOffsets(InventoryService.APPLICATION_ID, decided)
                .all());
        get(admin.alterConsumerGroupOffsets(Groups.PAYMENTS_CONSUMER, carriedOut)
                .all());
        Map<TopicPartition, Long> shared = carriedOut.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().offset()));
        getPatiently(() ->
                admin.alterShareGroupOffsets(Groups.PAYMENTS_SHARE, shared).all());
    }

    /**
     * Asks again what brokers put off: a new topic that not all of them know yet, and share groups for which they make a topic
     * when somebody asks for the first time.
     */
    private static <T> T getPatiently(Supplier<KafkaFuture<T>> call) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_WITHIN_SECONDS);
        while (true) {
            try {
                return get(call.get());
            } catch (OperatorError e) {
                boolean putOff = e.getCause() != null && e.getCause().getCause() instanceof RetriableException;
                if (!putOff || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PUT_OFF_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static OperatorError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OperatorError("The import was interrupted; delete the topics and import again.", e);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(String topic, List<Long> byPartition) {
        return IntStream.range(0, byPartition.size())
                .boxed()
                .collect(Collectors.toMap(
                        number -> new TopicPartition(topic, number),
                        number -> new OffsetAndMetadata(byPartition.get(number))));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new OperatorError(
                    "The brokers refuse the import (" + cause.getMessage()
                            + "); start them, or give this client the rights to create and alter topics and groups.",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
