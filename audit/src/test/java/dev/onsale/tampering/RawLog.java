package dev.onsale.tampering;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Topics as raw records, all with the same number of partitions. A record's offset is its index. */
public final class RawLog {

    private final Map<String, List<List<Entry>>> topics = new LinkedHashMap<>();
    private final int partitions;

    public RawLog(int partitions, Iterable<String> names) {
        this.partitions = partitions;
        for (String name : names) {
            List<List<Entry>> logs = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                logs.add(new ArrayList<>());
            }
            topics.put(name, logs);
        }
    }

    /** Another log with the same records. */
    public RawLog copy() {
        var copy = new RawLog(partitions, topics.keySet());
        for (String topic : topics.keySet()) {
            for (int i = 0; i < partitions; i++) {
                copy.partition(topic, i).addAll(partition(topic, i));
            }
        }
        return copy;
    }

    /** Number of partitions; 0: there is no such topic. */
    public int partitions(String topic) {
        return topics.containsKey(topic) ? partitions : 0;
    }

    public List<Entry> partition(String topic, int partition) {
        return topics.getOrDefault(topic, List.of()).get(partition);
    }
}
