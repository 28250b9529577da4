package dev.onsale.fallback;

import dev.onsale.fallback.Progress.Standing;
import dev.onsale.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the export is behind the brokers, as metrics and, beyond a bound, in the log. While the brokers do not answer, the
 * ends that they told last stand.
 */
final class ExportLag implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ExportLag.class);

    private static final long LOOK_MILLIS = 1_000;
    private static final Duration ASK_BROKER = Duration.ofSeconds(5);
    private static final long LOG_AGAIN_MILLIS = 10_000;

    private record Lag(int partition, long records, double seconds, boolean stopped) {}

    private final Admin admin;
    private final Progress progress;
    private final Duration bound;
    private final MultiGauge records;
    private final MultiGauge seconds;
    private final MultiGauge stopped;
    private final Map<Integer, Long> ends = new HashMap<>();
    /** When each partition was last seen to be exported up to its end: what is not exported now is younger. */
    private final Map<Integer, Long> caughtUpMillis = new HashMap<>();

    private long loggedMillis;

    /**
     * @param admin must stay open as long as this runs
     * @param bound of the age of a record that is not exported, beyond which it is logged
     */
    ExportLag(Admin admin, Progress progress, Duration bound, MeterRegistry meters) {
        this.admin = admin;
        this.progress = progress;
        this.bound = bound;
        this.records = gauge("onsale.export.lag.records", "Events of a partition that are not exported.", meters);
        this.seconds = gauge("onsale.export.lag.seconds", "Age of the oldest event that is not exported.", meters);
        this.stopped = gauge("onsale.export.stopped", "1: an event of the partition was refused.", meters);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
        return MultiGauge.builder(name).description(description).register(meters);
    }

    /** Looks every second, until it is interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                look();
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        Map<Integer, Standing> standings = progress.all();
        try {
            askEnds(standings);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the ends of the events are not known: {}", e.toString());
        }
        long nowMillis = System.currentTimeMillis();
        List<Lag> lags = new ArrayList<>();
        standings.forEach((partition, standing) -> lags.add(lag(partition, standing, nowMillis)));
        show(lags);
        warn(lags, nowMillis);
    }

    private void askEnds(Map<Integer, Standing> standings)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        standings
                .keySet()
                .forEach(partition ->
                        asked.put(new TopicPartition(Topics.EVENTS.name(), partition), OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> told = admin.listOffsets(
                        asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get(ASK_BROKER.toMillis(), TimeUnit.MILLISECONDS);
        told.forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
    }

    private Lag lag(int partition, Standing standing, long nowMillis) {
        long next = standing.next().orElse(0);
        long behind = Math.max(0, ends.getOrDefault(partition, next) - next);
        if (behind == 0) {
            caughtUpMillis.put(partition, nowMillis);
        }
        long oldestMillis = standing.heldMillis()
                .orElse(Math.max(standing.exportedMillis(), caughtUpMillis.getOrDefault(partition, 0L)));
        double age = behind == 0 ? 0 : Math.max(0, nowMillis - oldestMillis) / 1e3;
        return new Lag(partition, behind, age, standing.stopped().isPresent());
    }

    private void show(List<Lag> lags) {
        records.register(rows(lags, Lag::records), true);
        seconds.register(rows(lags, Lag::seconds), true);
        stopped.register(rows(lags, lag -> lag.stopped() ? 1 : 0), true);
    }

    private static List<Row<?>> rows(List<Lag> lags, ToDoubleFunction<Lag> number) {
        List<Row<?>> rows = new ArrayList<>();
        for (Lag lag : lags) {
            rows.add(Row.of(Tags.of("partition", Integer.toString(lag.partition())), number.applyAsDouble(lag)));
        }
        return rows;
    }

    private void warn(List<Lag> lags, long nowMillis) {
        List<Lag> beyond = lags.stream()
                .filter(lag -> lag.seconds() * 1e3 > bound.toMillis())
                .toList();
        if (!beyond.isEmpty() && nowMillis - loggedMillis >= LOG_AGAIN_MILLIS) {
            loggedMillis = nowMillis;
            log.warn("the export is behind: {}", beyond);
        }
    }
}
