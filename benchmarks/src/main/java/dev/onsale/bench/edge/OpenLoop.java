package dev.onsale.bench.edge;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Begins a visit at each tick of a clock, whether earlier ones have ended or not, as buyers do. A visit's time counts from its tick, so
 * that a system that stands still is charged with everybody who came meanwhile (coordinated omission).
 */
final class OpenLoop {

    private static final long LONGEST_MICROS = Duration.ofMinutes(2).toNanos() / 1_000;
    private static final int DIGITS = 3;

    /** What one buyer does; it ends with one word for how it went. */
    @FunctionalInterface
    interface Visit {
        String go(long number) throws Exception;
    }

    /**
     * How all visits went.
     *
     * @param seconds from the first tick to the end of the last visit
     * @param endings how many ended in each way
     * @param micros of those that ended as wanted
     */
    record Visits(double seconds, Map<String, Long> endings, Histogram micros) {

        long count(String ending) {
            return endings.getOrDefault(ending, 0L);
        }

        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1_000.0;
        }
    }

    private OpenLoop() {}

    /**
     * Returns when the last visit has ended.
     *
     * @param first number of the first visit
     * @param wanted how a visit ends whose time counts
     */
    static Visits run(long first, int perSecond, Duration length, String wanted, Visit visit) {
        var micros = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
        var endings = new ConcurrentHashMap<String, LongAdder>();
        long count = perSecond * length.toSeconds();
        long begin = System.nanoTime();
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long i = 0; i < count; i++) {
                long number = first + i;
                long tick = begin + i * 1_000_000_000L / perSecond;
                for (long early = tick - System.nanoTime(); early > 0; early = tick - System.nanoTime()) {
                    LockSupport.parkNanos(early);
                }
                buyers.execute(() -> {
                    String ending = ending(visit, number);
                    if (ending.equals(wanted)) {
                        micros.recordValue(Math.min(LONGEST_MICROS, (System.nanoTime() - tick) / 1_000));
                    }
                    endings.computeIfAbsent(ending, absent -> new LongAdder()).increment();
                });
            }
        }
        Map<String, Long> counted = new TreeMap<>();
        endings.forEach((ending, times) -> counted.put(ending, times.sum()));
        return new Visits((System.nanoTime() - begin) / 1e9, counted, micros);
    }

    private static String ending(Visit visit, long number) {
        try {
            return visit.go(number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }
}
