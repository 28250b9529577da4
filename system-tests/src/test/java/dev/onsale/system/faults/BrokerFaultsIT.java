package dev.onsale.system.faults;

import dev.onsale.schemas.Topics;
import dev.onsale.system.stack.KafkaCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One of three brokers goes, or what it leads moves, while the sale runs. */
@Tag("long")
@Timeout(1_800)
class BrokerFaultsIT {

    /** For each of three brokers so many decisions are waited for; {@code -Dfaults.commands=100000} in all on demand. */
    private static final int COMMANDS = Integer.getInteger("faults.commands", 1_200);
    /** {@code -Dfaults.moves=100} on demand. */
    private static final int MOVES = Integer.getInteger("faults.moves", 6);

    private static final int COMMANDS_PER_SECOND = Integer.getInteger("faults.rate", 100);
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static KafkaCluster cluster;
    private static Lab lab;
    private static DeciderProcess decider;
    private static Commands commands;

    @BeforeAll
    static void start() throws Exception {
        cluster = KafkaCluster.start(folder);
        lab = Lab.start(folder, cluster);
        decider = new DeciderProcess(lab.bootstrap(), folder.resolve("state"));
        commands = new Commands(lab.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        commands.close();
        decider.close();
        lab.close();
    }

    @Test
    @Tag("broker-bounce-matrix")
    void everyCommand_isDecidedOnce_whenEveryBrokerIsStoppedAndKilled() throws Exception {
        var finding = new Finding("broker-bounce-matrix");
        long seed = finding.seed();
        try (Crowd crowd = new Crowd(commands, "bounce", 8, seed);
                Pulse pulse = new Pulse(lab.bootstrap())) {
            crowd.start(COMMANDS_PER_SECOND);
            int decisions = COMMANDS / (2 * KafkaCluster.SIZE);
            awaitDecisions(pulse, decisions);
            for (int broker = 0; broker < KafkaCluster.SIZE; broker++) {
                for (boolean hard : List.of(true, false)) {
                    if (hard) {
                        cluster.kill(broker);
                    } else {
                        cluster.stop(broker);
                    }
                    awaitDecisions(pulse, decisions);
                    cluster.restart(broker);
                    cluster.awaitInSync();
                }
            }
            crowd.stop();
            finding.saw("each of " + KafkaCluster.SIZE + " brokers killed and stopped", prove(), pulse);
        }
    }

    @Test
    @Tag("transaction-coordinator-moves")
    void everyCommand_isDecidedOnce_whenLeadersMoveAgainAndAgain() throws Exception {
        var finding = new Finding("transaction-coordinator-moves");
        long seed = finding.seed();
        Random random = new Random(seed);
        try (Crowd crowd = new Crowd(commands, "moves", 8, seed);
                Pulse pulse = new Pulse(lab.bootstrap());
                Admin admin = cluster.admin()) {
            crowd.start(COMMANDS_PER_SECOND);
            for (int move = 1; move <= MOVES; move++) {
                awaitDecisions(pulse, COMMANDS_PER_SECOND / 2);
                moveLeaders(admin, random, Topic.TRANSACTION_STATE_TOPIC_NAME, Topics.COMMANDS.name());
            }
            awaitDecisions(pulse, COMMANDS_PER_SECOND);
            crowd.stop();
            finding.saw(MOVES + " moves of every leader", prove(), pulse);
        }
    }

    /** Every partition of these topics gets another leader: the next in its list of replicas, which is turned round for it. */
    private static void moveLeaders(Admin admin, Random random, String... topics) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> turned = new HashMap<>();
        admin.describeTopics(List.of(topics))
                .allTopicNames()
                .get()
                .values()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    List<Integer> replicas = new ArrayList<>(
                            partition.replicas().stream().map(node -> node.id()).toList());
                    Collections.rotate(replicas, 1 + random.nextInt(replicas.size() - 1));
                    turned.put(
                            new TopicPartition(topic.name(), partition.partition()),
                            Optional.of(new NewPartitionReassignment(replicas)));
                }));
        admin.alterPartitionReassignments(turned).all().get();
        admin.electLeaders(ElectionType.PREFERRED, Set.copyOf(turned.keySet()))
                .partitions()
                .get();
    }

    private static Oracle.Proof prove() {
        return new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning);
    }

    private static void awaitDecisions(Pulse pulse, int count) {
        pulse.awaitMore(count, WORKS_WITHIN, decider::requireRunning);
    }
}
