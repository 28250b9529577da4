package dev.onsale.cli.doctor;

import dev.onsale.cli.Brokers;
import dev.onsale.cli.doctor.Cluster.SeenGroup;
import dev.onsale.cli.doctor.Cluster.SeenTopic;
import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Looks at a cluster. */
final class Look {

    /** Changelogs of the decider, which have as many partitions as the commands. */
    static final List<String> CHANGELOGS = List.of(
            InventoryService.APPLICATION_ID + "-" + InventoryTopology.ORDERS_STORE + "-changelog",
            InventoryService.APPLICATION_ID + "-" + InventoryTopology.SECTIONS_STORE + "-changelog");

    private Look() {}

    /** @throws dev.onsale.runtime.OperatorError when no broker answers, or it does not allow this */
    static Cluster at(Admin admin) {
        var description = admin.describeCluster();
        String clusterId = Brokers.answer(description.clusterId());
        int brokers = Brokers.answer(description.nodes()).size();
        return new Cluster(
                String.valueOf(clusterId), brokers, features(admin), topics(admin), shareGroup(admin), decider(admin));
    }

    private static Map<String, Short> features(Admin admin) {
        Map<String, Short> levels = new HashMap<>();
        Brokers.answer(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .forEach((name, range) -> levels.put(name, range.maxVersionLevel()));
        return levels;
    }

    private static Map<String, SeenTopic> topics(Admin admin) {
        List<String> names = new ArrayList<>(Topics.settings().keySet());
        names.addAll(CHANGELOGS);
        Map<String, SeenTopic> topics = new HashMap<>();
        Map<String, TopicDescription> existing = new HashMap<>();
        admin.describeTopics(names)
                .topicNameValues()
                .forEach((name, result) -> orAbsent(result, UnknownTopicOrPartitionException.class)
                        .ifPresent(description -> existing.put(name, description)));
        Map<ConfigResource, Config> configs = Brokers.answer(admin.describeConfigs(existing.keySet().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        existing.forEach((name, description) -> topics.put(
                name, seen(description, values(configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name))))));
        return topics;
    }

    private static SeenTopic seen(TopicDescription topic, Map<String, String> settings) {
        return new SeenTopic(
                topic.partitions().size(),
                least(topic, partition -> partition.replicas().size()),
                least(
                        topic,
                        partition ->
                                partition.leader() == null ? 0 : partition.isr().size()),
                settings);
    }

    private static int least(TopicDescription topic, Function<TopicPartitionInfo, Integer> of) {
        return topic.partitions().stream().map(of).min(Integer::compare).orElse(0);
    }

    private static Map<String, String> shareGroup(Admin admin) {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Groups.PAYMENTS_SHARE);
        return orAbsent(admin.describeConfigs(List.of(group)).all(), UnsupportedVersionException.class)
                .map(configs -> values(configs.get(group)))
                .orElse(Map.of());
    }

    private static Map<String, String> values(@org.jspecify.annotations.Nullable Config config) {
        return config == null
                ? Map.of()
                : config.entries().stream()
                        .filter(entry -> entry.value() != null)
                        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private static Optional<SeenGroup> decider(Admin admin) {
        String id = InventoryService.APPLICATION_ID;
        Optional<ConsumerGroupDescription> group = orAbsent(
                admin.describeConsumerGroups(List.of(id)).describedGroups().get(id), GroupIdNotFoundException.class);
        return group.map(described ->
                new SeenGroup(described.groupState(), described.members().size(), lag(admin, id)));
    }

    private static OptionalLong lag(Admin admin, String group) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                Brokers.answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Set<TopicPartition> partitions = committed.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .map(Map.Entry::getKey)
                .filter(partition -> partition.topic().equals(Topics.COMMANDS.name()))
                .collect(Collectors.toSet());
        if (partitions.isEmpty()) {
            return OptionalLong.empty();
        }
        Map<TopicPartition, ListOffsetsResultInfo> ends = Brokers.answer(admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                .all());
        return OptionalLong.of(partitions.stream()
                .mapToLong(partition -> {
                    ListOffsetsResultInfo end = ends.get(partition);
                    OffsetAndMetadata offset = committed.get(partition);
                    return end == null || offset == null ? 0 : Math.max(0, end.offset() - offset.offset());
                })
                .sum());
    }

    /** What the brokers say; empty when they say that there is no such thing. */
    private static <T> Optional<T> orAbsent(
            @org.jspecify.annotations.Nullable KafkaFuture<T> future, Class<? extends Exception> absence) {
        if (future == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Brokers.await(future));
        } catch (ExecutionException e) {
            if (absence.isInstance(e.getCause())) {
                return Optional.empty();
            }
            throw Brokers.refused(e);
        }
    }
}
