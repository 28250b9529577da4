package dev.onsale.payments;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many payment requests wait for the share group or are under way, as the metric {@code onsale.payments.waiting}. The
 * brokers count for the whole group, so every worker tells the same number, and whoever decides how many workers to
 * run may ask any of them.
 */
final class Backlog {

    private static final Logger log = LoggerFactory.getLogger(Backlog.class);
    /** A scrape waits for this. */
    private static final long TIMEOUT_MILLIS = 1_000;

    private final Admin admin;
    private final String group;
    private volatile long lastKnown;

    private Backlog(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /**
     * Registers the metric. The brokers are asked at every scrape.
     *
     * @param admin must stay open as long as the metric is read
     */
    static void measure(Admin admin, String group, MeterRegistry meters) {
        Gauge.builder("onsale.payments.waiting", new Backlog(admin, group), Backlog::waiting)
                .description(
                        "Payment requests that wait for the whole group of workers or are under way; the last number"
                                + " known while the brokers do not answer")
                .strongReference(true)
                .register(meters);
    }

    /** The last number while the brokers do not answer: an autoscaler would take NaN for a number, too. */
    private long waiting() {
        try {
            lastKnown = admin
                    .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(group)
                    .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .filter(Objects::nonNull)
                    .map(SharePartitionOffsetInfo::lag)
                    .flatMap(Optional::stream)
                    .mapToLong(Long::longValue)
                    .sum();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the backlog is not known: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lastKnown;
    }
}
