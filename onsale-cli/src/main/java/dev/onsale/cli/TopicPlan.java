package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Which topics there must be. Applying it creates the missing ones and changes nothing about those that exist: a changed
 * partition count would give a section two deciders, and everything else is for {@code onsale doctor} to report.
 *
 * @param partitions partitions of the topics that are spread by key
 * @param replicationFactor copies of every partition
 */
public record TopicPlan(int partitions, int replicationFactor) {

    /** A change of flags must be read in the order in which it was made, so these have one partition. */
    private static final Set<String> ORDERED_AS_A_WHOLE = Set.of(Topics.FLAGS, Topics.RELEASE_LOG);
    /** From this many copies on, an acknowledged record must be in two of them. */
    private static final int SAFE_COPIES = 3;

    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    public TopicPlan {
        if (partitions < 1 || replicationFactor < 1) {
            throw new OperatorError("Partitions and replication factor must be at least 1, but are " + partitions
                    + " and " + replicationFactor + ".");
        }
    }

    /** How many partitions a topic has in this plan. */
    public int partitionsOf(String topic) {
        return ORDERED_AS_A_WHOLE.contains(topic) ? 1 : partitions;
    }

    /** Partitions of {@code onsale.commands} on a cluster; empty when the topic does not exist. */
    public static Optional<Integer> existingPartitions(Admin admin) {
        return Optional.ofNullable(existing(admin).get(Topics.COMMANDS.name()));
    }

    /**
     * Creates what is missing and waits until all of it can be written. Tries again while brokers are starting.
     *
     * @param patience for how long
     * @return names of the topics that were created
     * @throws OperatorError when a topic exists with another number of partitions, or the brokers cannot do it
     */
    public List<String> apply(Admin admin, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> created = new ArrayList<>();
        while (true) {
            try {
                createMissing(admin, created);
                awaitLeaders(admin);
                return created;
            } catch (BrokersNotReadyException e) {
                if (System.nanoTime() > deadline) {
                    throw new OperatorError(
                            "The topics could not be created within " + patience.toSeconds() + " s (" + e.getMessage()
                                    + "); start enough brokers for " + replicationFactor
                                    + " copies, or correct --bootstrap or --replication-factor.",
                            e);
                }
                pause();
            }
        }
    }

    private void createMissing(Admin admin, List<String> created) {
        Map<String, Integer> existing = existing(admin);
        existing.forEach(this::requireSamePartitions);
        List<NewTopic> missing = new ArrayList<>();
        Topics.settings().forEach((name, settings) -> {
            if (!existing.containsKey(name)) {
                missing.add(newTopic(name, settings));
            }
        });
        admin.createTopics(missing).values().forEach((name, result) -> {
            try {
                Brokers.await(result);
                created.add(name);
            } catch (ExecutionException e) {
                // Somebody else who runs the same plan was faster.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw refused(e);
                }
            }
        });
    }

    /**
     * Returns when every partition has a leader that serves it. A broker that does not lead yet refuses a producer's first
     * batch and, a moment later, takes its second; it then refuses the first one for ever, as out of order (seen in 4.3.1).
     */
    private void awaitLeaders(Admin admin) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Topics.settings().keySet().forEach(topic -> {
            for (int partition = 0; partition < partitionsOf(topic); partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        });
        try {
            Brokers.await(admin.listOffsets(ends).all());
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    private NewTopic newTopic(String name, Map<String, String> settings) {
        Map<String, String> configs = new HashMap<>(settings);
        if (replicationFactor >= SAFE_COPIES) {
            configs.put("min.insync.replicas", "2");
        }
        return new NewTopic(name, partitionsOf(name), (short) replicationFactor).configs(configs);
    }

    private void requireSamePartitions(String topic, int count) {
        if (count != partitionsOf(topic)) {
            throw new OperatorError("The topic " + topic + " has " + count + " partitions, not " + partitionsOf(topic)
                    + "; keep " + count + ", since another number would move sections to other partitions.");
        }
    }

    private static Map<String, Integer> existing(Admin admin) {
        Map<String, Integer> partitions = new HashMap<>();
        admin.describeTopics(Topics.settings().keySet()).topicNameValues().forEach((name, result) -> {
            try {
                TopicDescription description = Brokers.await(result);
                partitions.put(name, description.partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw refused(e);
                }
            }
        });
        return partitions;
    }

    private static RuntimeException refused(ExecutionException e) {
        return e.getCause() instanceof RetriableException || e.getCause() instanceof InvalidReplicationFactorException
                ? new BrokersNotReadyException(e.getCause())
                : Brokers.refused(e);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("Interrupted while waiting for the brokers.", e);
        }
    }

    /** The brokers are there or will be soon, but cannot do it now. */
    private static final class BrokersNotReadyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokersNotReadyException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
