package dev.onsale.fallback.control;

import static java.util.Objects.requireNonNull;

import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Keeps a decider that may still live from deciding on, and refuses to do so to one that plainly does. */
final class Fence {

    /** A decider that has anything to do commits many times in this. */
    private static final long WATCH_NANOS = Duration.ofSeconds(3).toNanos();
    /** A member that has died counts for as long as its session lasts, by default 10 s. */
    private static final long MEMBER_NANOS = Duration.ofSeconds(15).toNanos();

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Admin admin;
    private final long timeoutMillis;

    Fence(Admin admin, long timeoutMillis) {
        this.admin = admin;
        this.timeoutMillis = timeoutMillis;
    }

    /** @throws OperatorError when the decider decides, or is there and has nothing to do */
    void requireDown() throws InterruptedException {
        long beganNanos = System.nanoTime();
        Map<TopicPartition, Long> before = committed();
        while (hasMembers()) {
            long nanos = System.nanoTime() - beganNanos;
            if (!committed().equals(before)) {
                throw alive("it decides");
            }
            if (nanos > WATCH_NANOS && waiting(before) > 0) {
                return;
            }
            if (nanos > MEMBER_NANOS) {
                throw alive("inventory-stream has members, and nothing waits for them");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private static OperatorError alive(String sign) {
        return new OperatorError("The decider is not down: " + sign
                + ". Stop it first, or add --even-if-alive if you know that it is gone or decides wrongly.");
    }

    private boolean hasMembers() {
        return get(admin.listGroups().all()).stream()
                        .anyMatch(group -> group.groupId().equals(InventoryService.APPLICATION_ID))
                && get(admin.describeConsumerGroups(List.of(InventoryService.APPLICATION_ID))
                                .all())
                        .values()
                        .stream()
                        .anyMatch(group -> !group.members().isEmpty());
    }

    private Map<TopicPartition, Long> committed() {
        return get(admin.listConsumerGroupOffsets(InventoryService.APPLICATION_ID)
                        .partitionsToOffsetAndMetadata())
                .entrySet()
                .stream()
                .filter(each -> each.getKey().topic().equals(Topics.COMMANDS.name()) && each.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, each -> offset(each.getValue())));
    }

    private static long offset(OffsetAndMetadata committed) {
        return committed.offset();
    }

    private long waiting(Map<TopicPartition, Long> committed) {
        var ends = get(admin.listOffsets(committed.keySet().stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all());
        return committed.entrySet().stream()
                .mapToLong(each ->
                        Math.max(0, requireNonNull(ends.get(each.getKey())).offset() - each.getValue()))
                .sum();
    }

    /** Aborts what deciders have begun, and refuses whatever else they send with the epochs they have. @return how many */
    int fence() {
        Collection<TransactionListing> all = get(admin.listTransactions().all());
        List<String> deciders = all.stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(InventoryService.APPLICATION_ID + "-"))
                .toList();
        if (!deciders.isEmpty()) {
            get(admin.fenceProducers(deciders).all());
        }
        return deciders.size();
    }

    private <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new OperatorError(
                    "The brokers do not answer (" + e.getMessage()
                            + "). Without them the decider cannot be fenced, and of no seat"
                            + " it could be proven that it is free: bring a majority of the brokers back, or an empty cluster with"
                            + " ./onsale import.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", e);
        }
    }
}
