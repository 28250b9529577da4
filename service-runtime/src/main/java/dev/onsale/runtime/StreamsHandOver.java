package dev.onsale.runtime;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.StreamsConfig;

/** How an instance of a Kafka Streams program leaves its part to another one, and comes back. */
public final class StreamsHandOver {

    /** With a heartbeat an instance learns that partitions move; until then nobody has them. */
    private static final int HEARTBEAT_MILLIS = 200;

    private static final long NEAR_RECORDS = 1_000;
    private static final long COME_BACK_MILLIS = 60_000;

    private StreamsHandOver() {}

    /**
     * The settings for it. An instance that comes back first catches up as a copy, and gets partitions within a minute;
     * else they would wait for it.
     */
    public static Map<String, Object> settings() {
        return Map.of(
                StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG,
                NEAR_RECORDS,
                StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG,
                COME_BACK_MILLIS,
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                HEARTBEAT_MILLIS);
    }

    /**
     * How to close. With a copy of its state on another instance, that one takes over at once from one that leaves. Without, it
     * would have to restore everything, and it is better to wait for this one to come back.
     *
     * @param copies of the state on other instances
     */
    public static CloseOptions closing(Duration timeout, int copies) {
        return CloseOptions.timeout(timeout)
                .withGroupMembershipOperation(
                        copies > 0 ? GroupMembershipOperation.LEAVE_GROUP : GroupMembershipOperation.REMAIN_IN_GROUP);
    }
}
