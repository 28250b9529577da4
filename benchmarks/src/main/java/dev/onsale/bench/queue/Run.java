package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One contestant on one queue, from the moment when a fifth of it is done, so that start and warm-up do not count, until all is
 * committed and read.
 *
 * @param perSecond commands a second
 * @param cpuSecondsPerMillion processor time per million commands: the contestant, its reader, and the broker
 * @param recordsPerCommand records in all topics that it writes to, changelogs and the markers of transactions among them
 * @param bytesPerCommand their size on the broker's disk
 */
record Run(double perSecond, double cpuSecondsPerMillion, double recordsPerCommand, double bytesPerCommand) {

    private static final double WARM = 0.2;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final long LOOK_AGAIN_MILLIS = 10;

    /** @param commands how many there are in the queue */
    static Run of(Broker broker, Contestant contestant, long commands, int threads) throws Exception {
        try (Admin admin = Admin.create(broker.client());
                AutoCloseable program = contestant.start(broker, threads);
                var outcomes = new Outcomes(broker, contestant.outcomes())) {
            long warm = Math.round(commands * WARM);
            long done = await(admin, contestant.group(), warm);
            long nanos = System.nanoTime();
            Duration cpu = cpu(broker);
            await(admin, contestant.group(), commands);
            outcomes.finish();
            double seconds = (System.nanoTime() - nanos) / 1e9;
            double cpuSeconds = cpu(broker).minus(cpu).toMillis() / 1e3;
            return new Run(
                    (commands - done) / seconds,
                    cpuSeconds * 1e6 / (commands - done),
                    (double) records(admin, contestant) / commands,
                    (double) bytes(admin, contestant) / commands);
        }
    }

    /** Waits until at least so many commands are committed. @return how many are */
    private static long await(Admin admin, String group, long commands) throws Exception {
        long begin = System.nanoTime();
        while (true) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(
                            Map.of(group, new ListConsumerGroupOffsetsSpec()))
                    .partitionsToOffsetAndMetadata(group)
                    .get();
            long done = offsets.values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
            if (done >= commands) {
                return done;
            }
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        group + " is at " + done + " of " + commands + " after " + PATIENCE.toMinutes() + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static Duration cpu(Broker broker) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? broker.cpu().plusNanos(machine.getProcessCpuTime())
                : broker.cpu();
    }

    private static boolean writes(Contestant contestant, String topic) {
        return contestant.topics().contains(topic) || topic.startsWith(contestant.group() + "-");
    }

    private static long records(Admin admin, Contestant contestant) throws ExecutionException, InterruptedException {
        Set<String> names = admin.listTopics().names().get();
        Map<TopicPartition, OffsetSpec> ends = new java.util.HashMap<>();
        for (String topic : names) {
            if (writes(contestant, topic)) {
                for (int partition = 0; partition < Broker.PARTITIONS; partition++) {
                    ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                }
            }
        }
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    private static long bytes(Admin admin, Contestant contestant) throws ExecutionException, InterruptedException {
        Collection<Integer> brokers = admin.describeCluster().nodes().get().stream()
                .map(node -> node.id())
                .toList();
        return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> writes(contestant, replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }
}
