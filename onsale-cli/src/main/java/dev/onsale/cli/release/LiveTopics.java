package dev.onsale.cli.release;

import dev.onsale.cli.Brokers;
import dev.onsale.release.check.BuildFacts.TopicFacts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a cluster, as far as a build cares for them. */
final class LiveTopics {

    private LiveTopics() {}

    /** @return those that exist, each with the settings that are wanted of it */
    static SortedMap<String, TopicFacts> of(Admin admin, SortedMap<String, TopicFacts> wanted) {
        Map<String, Integer> partitions = new TreeMap<>();
        admin.describeTopics(wanted.keySet()).topicNameValues().forEach((name, result) -> {
            try {
                partitions.put(name, Brokers.await(result).partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw Brokers.refused(e);
                }
            }
        });
        List<ConfigResource> resources = partitions.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> configs =
                Brokers.answer(admin.describeConfigs(resources).all());
        SortedMap<String, TopicFacts> live = new TreeMap<>();
        wanted.forEach((name, facts) -> {
            Integer count = partitions.get(name);
            Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
            if (count != null && config != null) {
                SortedMap<String, String> settings = new TreeMap<>();
                config.entries().stream()
                        .filter(entry -> facts.settings().containsKey(entry.name()))
                        .forEach(entry -> settings.put(entry.name(), entry.value()));
                live.put(name, new TopicFacts(count, settings));
            }
        });
        return live;
    }
}
