package dev.onsale.audit;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Amounts by time and name, in steps that grow with the time that they cover, so that it stays small. What it holds depends on what was added alone,
 * and not on the order.
 */
public final class Timeline {

    private static final int MOST_STEPS = 240;
    private static final long FIRST_STEP_MILLIS = 1000;

    private final Map<String, NavigableMap<Long, Long>> series = new TreeMap<>();
    private long stepMillis = FIRST_STEP_MILLIS;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** @param atMillis epoch milliseconds */
    void add(String name, long atMillis, long amount) {
        long step = Math.floorDiv(atMillis, stepMillis);
        first = Math.min(first, step);
        last = Math.max(last, step);
        series.computeIfAbsent(name, absent -> new TreeMap<>()).merge(step, amount, Long::sum);
        while (last - first >= MOST_STEPS) {
            widen();
        }
    }

    private void widen() {
        stepMillis *= 2;
        if (!series.isEmpty()) {
            first = Math.floorDiv(first, 2L);
            last = Math.floorDiv(last, 2L);
        }
        series.replaceAll((name, before) -> {
            NavigableMap<Long, Long> after = new TreeMap<>();
            before.forEach((step, amount) -> after.merge(Math.floorDiv(step, 2L), amount, Long::sum));
            return after;
        });
    }

    /** The same, to be written down. */
    record Kept(long stepMillis, Map<String, Map<Long, Long>> series) {}

    Kept kept() {
        Map<String, Map<Long, Long>> copy = new TreeMap<>();
        series.forEach((name, steps) -> copy.put(name, new TreeMap<>(steps)));
        return new Kept(stepMillis, copy);
    }

    static Timeline of(Kept kept) {
        var timeline = new Timeline();
        while (timeline.stepMillis < kept.stepMillis) {
            timeline.widen();
        }
        kept.series.forEach(
                (name, steps) -> steps.forEach((step, amount) -> timeline.add(name, step * kept.stepMillis, amount)));
        return timeline;
    }

    /** Takes up another. */
    void add(Timeline more) {
        while (stepMillis < more.stepMillis) {
            widen();
        }
        more.series.forEach(
                (name, steps) -> steps.forEach((step, amount) -> add(name, step * more.stepMillis, amount)));
    }

    /** Length of a step in milliseconds. */
    long stepMillis() {
        return stepMillis;
    }

    /** Beginning of the first step, in epoch milliseconds. */
    long firstMillis() {
        return first * stepMillis;
    }

    /** End of the last step, in epoch milliseconds. */
    long endMillis() {
        return (last + 1) * stepMillis;
    }

    boolean isEmpty() {
        return series.isEmpty();
    }

    /** Each series as a timeline of its own, with the steps of all. */
    SortedMap<String, Timeline> alone() {
        SortedMap<String, Timeline> alone = new TreeMap<>();
        series.forEach((name, steps) -> {
            var timeline = new Timeline();
            timeline.stepMillis = stepMillis;
            timeline.first = first;
            timeline.last = last;
            timeline.series.put(name, steps);
            alone.put(name, timeline);
        });
        return alone;
    }

    /** Each name, in order, with its amounts by the beginning of their step in epoch milliseconds. */
    void forEach(BiConsumer<String, NavigableMap<Long, Long>> each) {
        series.forEach((name, steps) -> {
            NavigableMap<Long, Long> byMillis = new TreeMap<>();
            steps.forEach((step, amount) -> byMillis.put(step * stepMillis, amount));
            each.accept(name, byMillis);
        });
    }
}
