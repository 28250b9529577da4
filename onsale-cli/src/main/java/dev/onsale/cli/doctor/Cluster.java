package dev.onsale.cli.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.GroupState;

/**
 * What was seen of a cluster, all at about the same time. The checks judge this picture and ask nothing themselves, so that
 * each of them can be tried on a cluster that is broken in one way.
 *
 * @param clusterId the cluster's id
 * @param brokers number of brokers that are up
 * @param features finalized feature levels by name
 * @param topics every topic of ours that exists, with the changelogs of the decider
 * @param shareGroupSettings settings of the payments' share group
 * @param decider the decider's consumer group; empty: it does not exist
 */
record Cluster(
        String clusterId,
        int brokers,
        Map<String, Short> features,
        Map<String, SeenTopic> topics,
        Map<String, String> shareGroupSettings,
        Optional<SeenGroup> decider) {

    /**
     * A topic as it is.
     *
     * @param replicas copies of the partition that has the fewest
     * @param inSyncReplicas in-sync copies of the partition that has the fewest; 0: it has no leader
     */
    record SeenTopic(int partitions, int replicas, int inSyncReplicas, Map<String, String> settings) {

        String setting(String name) {
            return settings.getOrDefault(name, "");
        }
    }

    /**
     * A consumer group as it is.
     *
     * @param lag records that it has not committed yet; empty when it has committed nothing
     */
    record SeenGroup(GroupState state, int members, OptionalLong lag) {}

    /** The names of missing topics among the given ones. */
    List<String> missing(Set<String> names) {
        return names.stream().filter(name -> !topics.containsKey(name)).toList();
    }

    /** Partition counts by topic, of those that exist among the given ones. */
    Map<String, Integer> partitions(List<String> names) {
        Map<String, Integer> counts = new TreeMap<>();
        names.forEach(name -> {
            SeenTopic topic = topics.get(name);
            if (topic != null) {
                counts.put(name, topic.partitions());
            }
        });
        return counts;
    }

    Cluster with(String topic, SeenTopic seen) {
        Map<String, SeenTopic> changed = new HashMap<>(topics);
        changed.put(topic, seen);
        return new Cluster(clusterId, brokers, features, changed, shareGroupSettings, decider);
    }
}
