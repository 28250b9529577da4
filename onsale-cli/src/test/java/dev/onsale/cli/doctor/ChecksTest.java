package dev.onsale.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.cli.doctor.Cluster.SeenGroup;
import dev.onsale.cli.doctor.Cluster.SeenTopic;
import dev.onsale.cli.doctor.Finding.Level;
import dev.onsale.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cluster on which all is well, and the same cluster broken in one way each time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChecksTest {

    private static final String COMMANDS = Topics.COMMANDS.name();

    /** A way to break a cluster, and what must be found then. */
    record Broken(String name, UnaryOperator<Cluster> change, Level level, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void checks_findNothing_whenAllIsWell() {
        List<Finding> findings = Checks.of(healthy());
        assertEquals(
                List.of(), findings.stream().filter(f -> f.level() != Level.OK).toList());
        assertTrue(findings.size() >= 8, () -> "too little was looked at: " + findings);
    }

    Stream<Broken> ways() {
        return Stream.of(
                new Broken("one broker", c -> brokers(c, 1), Level.WARN, "1 broker answers"),
                new Broken(
                        "old transactions",
                        c -> feature(c, "transaction.version", 1),
                        Level.FAIL,
                        "transaction.version"),
                new Broken("no share groups", c -> feature(c, "share.version", 0), Level.FAIL, "share.version"),
                new Broken(
                        "no metadata version", c -> feature(c, "metadata.version", -1), Level.FAIL, "metadata.version"),
                new Broken("a missing topic", c -> without(c, "onsale.flags"), Level.FAIL, "onsale.flags"),
                new Broken(
                        "the producer's clock",
                        c -> setting(c, COMMANDS, "message.timestamp.type", "CreateTime"),
                        Level.FAIL,
                        "message.timestamp.type=CreateTime, not LogAppendTime"),
                new Broken(
                        "commands that vanish",
                        c -> setting(c, COMMANDS, "retention.ms", "604800000"),
                        Level.FAIL,
                        "retention.ms=604800000, not -1"),
                new Broken(
                        "a changelog that forgets",
                        c -> setting(c, Look.CHANGELOGS.getFirst(), "cleanup.policy", "compact,delete"),
                        Level.FAIL,
                        "cleanup.policy=compact,delete"),
                new Broken("more partitions of commands", c -> partitions(c, COMMANDS, 8), Level.FAIL, "counts differ"),
                new Broken(
                        "more partitions of everything but the state",
                        c -> partitions(partitions(c, COMMANDS, 8), Topics.EVENTS.name(), 8),
                        Level.FAIL,
                        "counts differ"),
                new Broken("two copies", c -> copies(c, COMMANDS, 2, 2), Level.WARN, "fewer than 3 copies"),
                new Broken("a copy behind", c -> copies(c, COMMANDS, 3, 2), Level.WARN, "2 of 3 copies in sync"),
                new Broken("too few copies", c -> copies(c, COMMANDS, 3, 1), Level.FAIL, "fewer than min.insync"),
                new Broken("no leader", c -> copies(c, COMMANDS, 3, 0), Level.FAIL, "without a leader"),
                new Broken(
                        "one copy is enough",
                        c -> setting(c, COMMANDS, "min.insync.replicas", "1"),
                        Level.WARN,
                        "min.insync.replicas is 1"),
                new Broken(
                        "charges for aborted holds",
                        c -> share(c, "share.isolation.level", "read_uncommitted"),
                        Level.FAIL,
                        "share.isolation.level=read_uncommitted"),
                new Broken(
                        "skips early payments",
                        c -> share(c, "share.auto.offset.reset", "latest"),
                        Level.FAIL,
                        "share.auto.offset.reset=latest"),
                new Broken("no decider ever", c -> decider(c, Optional.empty()), Level.WARN, "has never run"),
                new Broken("no decider now", c -> decider(c, group(0, 0)), Level.FAIL, "no decider runs"),
                new Broken("a long queue", c -> decider(c, group(2, 50_000)), Level.WARN, "50000 records wait"),
                new Broken(
                        "nothing committed",
                        c -> decider(c, Optional.of(new SeenGroup(GroupState.STABLE, 2, OptionalLong.empty()))),
                        Level.WARN,
                        "committed nothing"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void checks_findIt_whenClusterIsBroken(Broken broken) {
        List<Finding> bad = Checks.of(broken.change().apply(healthy())).stream()
                .filter(finding -> finding.level() != Level.OK)
                .toList();
        assertEquals(1, bad.size(), () -> "expected one finding, not " + bad);
        assertEquals(broken.level(), bad.getFirst().level());
        assertTrue(
                bad.getFirst().what().contains(broken.said()),
                () -> bad.getFirst().what());
        assertTrue(!bad.getFirst().advice().isEmpty(), "it must say what to do");
    }

    private static Cluster healthy() {
        Map<String, SeenTopic> topics = new HashMap<>();
        Topics.settings().forEach((name, settings) -> topics.put(name, topic(settings)));
        Look.CHANGELOGS.forEach(name -> topics.put(name, topic(Map.of("cleanup.policy", "compact"))));
        return new Cluster(
                "c1",
                3,
                Map.of("metadata.version", (short) 29, "transaction.version", (short) 2, "share.version", (short) 1),
                topics,
                Map.of("share.isolation.level", "read_committed", "share.auto.offset.reset", "earliest"),
                group(2, 5));
    }

    private static SeenTopic topic(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("min.insync.replicas", "2");
        return new SeenTopic(4, 3, 3, all);
    }

    private static Optional<SeenGroup> group(int members, long lag) {
        return Optional.of(new SeenGroup(GroupState.STABLE, members, OptionalLong.of(lag)));
    }

    private static SeenTopic topic(Cluster cluster, String name) {
        return Objects.requireNonNull(cluster.topics().get(name), name);
    }

    private static Cluster brokers(Cluster c, int brokers) {
        return new Cluster(c.clusterId(), brokers, c.features(), c.topics(), c.shareGroupSettings(), c.decider());
    }

    private static Cluster feature(Cluster c, String name, int level) {
        Map<String, Short> features = new HashMap<>(c.features());
        features.put(name, (short) level);
        if (level < 0) {
            features.remove(name);
        }
        return new Cluster(c.clusterId(), c.brokers(), features, c.topics(), c.shareGroupSettings(), c.decider());
    }

    private static Cluster without(Cluster c, String topic) {
        Map<String, SeenTopic> topics = new HashMap<>(c.topics());
        topics.remove(topic);
        return new Cluster(c.clusterId(), c.brokers(), c.features(), topics, c.shareGroupSettings(), c.decider());
    }

    private static Cluster setting(Cluster c, String name, String key, String value) {
        SeenTopic before = topic(c, name);
        Map<String, String> settings = new HashMap<>(before.settings());
        settings.put(key, value);
        return c.with(name, new SeenTopic(before.partitions(), before.replicas(), before.inSyncReplicas(), settings));
    }

    private static Cluster partitions(Cluster c, String name, int partitions) {
        SeenTopic before = topic(c, name);
        return c.with(name, new SeenTopic(partitions, before.replicas(), before.inSyncReplicas(), before.settings()));
    }

    private static Cluster copies(Cluster c, String name, int replicas, int inSync) {
        SeenTopic before = topic(c, name);
        return c.with(name, new SeenTopic(before.partitions(), replicas, inSync, before.settings()));
    }

    private static Cluster share(Cluster c, String key, String value) {
        Map<String, String> settings = new HashMap<>(c.shareGroupSettings());
        settings.put(key, value);
        return new Cluster(c.clusterId(), c.brokers(), c.features(), c.topics(), settings, c.decider());
    }

    private static Cluster decider(Cluster c, Optional<SeenGroup> decider) {
        return new Cluster(c.clusterId(), c.brokers(), c.features(), c.topics(), c.shareGroupSettings(), decider);
    }
}
