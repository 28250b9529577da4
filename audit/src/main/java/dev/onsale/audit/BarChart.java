package dev.onsale.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** A {@link Timeline} as bars in SVG, one series upon the other, with a table of sums for who cannot see it. */
final class BarChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 240;
    private static final int LEFT = 78;
    private static final int BOTTOM = 28;
    private static final int TOP = 8;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 8;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
    private static final int TIME_MARKS = 6;
    private static final int AMOUNT_MARKS = 4;
    /** The largest series have a colour each, the others one together. */
    private static final int MOST_SERIES = 6;

    private static final long MOST_HEIGHT = 1_000_000_000_000_000L;
    private static final long DAY_MILLIS = 86_400_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private record Series(String name, NavigableMap<Long, Long> amounts) {
        long sum() {
            return amounts.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Timeline timeline;
    private final LongFunction<String> amount;
    private final List<Series> series = new ArrayList<>();
    private final long lowest;
    private final long markEvery;
    private final long marks;

    private BarChart(Timeline timeline, LongFunction<String> amount) {
        this.timeline = timeline;
        this.amount = amount;
        List<Series> all = new ArrayList<>();
        timeline.forEach((name, amounts) -> all.add(new Series(name, amounts)));
        all.sort((a, b) -> Long.compare(b.sum(), a.sum()));
        series.addAll(all.subList(0, Math.min(MOST_SERIES, all.size())));
        if (all.size() > MOST_SERIES) {
            series.add(together(all.subList(MOST_SERIES, all.size())));
        }
        long up = 0;
        long down = 0;
        Map<Long, long[]> heights = new HashMap<>();
        for (Series each : series) {
            for (Map.Entry<Long, Long> bar : each.amounts.entrySet()) {
                long[] height = heights.computeIfAbsent(bar.getKey(), absent -> new long[2]);
                height[bar.getValue() < 0 ? 1 : 0] += drawn(bar.getValue());
                up = Math.max(up, height[0]);
                down = Math.min(down, height[1]);
            }
        }
        markEvery = round(Math.ceilDiv(Math.max(1, up - down), AMOUNT_MARKS));
        lowest = Math.floorDiv(down, markEvery) * markEvery;
        marks = Math.ceilDiv(Math.max(up, 1) - lowest, markEvery);
    }

    /** What a log says may be anything; what is drawn must be possible to add up. */
    private static long drawn(long height) {
        return Math.clamp(height, -MOST_HEIGHT, MOST_HEIGHT);
    }

    private static Series together(List<Series> small) {
        NavigableMap<Long, Long> sums = new TreeMap<>();
        small.forEach(each -> each.amounts.forEach((at, more) -> sums.merge(at, more, Long::sum)));
        return new Series(small.size() + " others", sums);
    }

    /** The next of 1, 2, 5, 10, 20 and so on. */
    private static long round(long number) {
        long power = 1;
        while (power <= number / 10) {
            power *= 10;
        }
        for (long factor : new long[] {1, 2, 5}) {
            if (factor * power >= number) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /**
     * The chart as HTML.
     *
     * @param amount says an amount
     */
    static String of(String title, String seriesTitle, Timeline timeline, LongFunction<String> amount) {
        if (timeline.isEmpty()) {
            return "";
        }
        var chart = new BarChart(timeline, amount);
        return "<figure>\n<figcaption>" + HtmlReport.escaped(title) + " from " + DAY.format(utc(timeline.firstMillis()))
                + " on, in steps of "
                + PlainReport.time(Duration.ofMillis(timeline.stepMillis())) + "; times are UTC</figcaption>\n"
                + chart.svg(title) + chart.sums(seriesTitle) + "</figure>\n";
    }

    private String svg(String title) {
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s; the table below has the sums\">\n",
                WIDTH,
                HEIGHT,
                HtmlReport.escaped(title)));
        for (long mark = 0; mark <= marks; mark++) {
            long at = lowest + mark * markEvery;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"mark\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"amount\" x=\"%d\" y=\"%.1f\">%s</text>\n",
                    LEFT,
                    WIDTH - 8,
                    y(at),
                    y(at),
                    LEFT - 6,
                    y(at) + 4,
                    HtmlReport.escaped(amount.apply(at))));
        }
        long span = timeline.endMillis() - timeline.firstMillis();
        for (int mark = 0; mark <= TIME_MARKS; mark++) {
            long at = timeline.firstMillis() + span * mark / TIME_MARKS;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                    mark == TIME_MARKS ? "last" : mark == 0 ? "first" : "time",
                    x(at),
                    HEIGHT - 8,
                    time(at, span)));
        }
        Map<Long, long[]> tops = new HashMap<>();
        for (int number = 0; number < series.size(); number++) {
            svg.append(String.format(Locale.ROOT, "<path class=\"s%d\" d=\"", number));
            series.get(number).amounts.forEach((at, height) -> {
                long[] top = tops.computeIfAbsent(at, absent -> new long[2]);
                int direction = height < 0 ? 1 : 0;
                long bottom = top[direction];
                top[direction] += drawn(height);
                svg.append(String.format(
                        Locale.ROOT,
                        "M%.1f %.1fV%.1fH%.1fV%.1fz",
                        x(at),
                        y(bottom),
                        y(top[direction]),
                        x(at + timeline.stepMillis()),
                        y(bottom)));
            });
            svg.append("\"/>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    private double x(long millis) {
        return LEFT
                + (double) PLOT_WIDTH
                        * (millis - timeline.firstMillis())
                        / (timeline.endMillis() - timeline.firstMillis());
    }

    private double y(long height) {
        return TOP + PLOT_HEIGHT - (double) PLOT_HEIGHT * (height - lowest) / (marks * markEvery);
    }

    private static OffsetDateTime utc(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
    }

    private static String time(long millis, long span) {
        return (span > DAY_MILLIS ? DAY : TIME).format(utc(millis));
    }

    private String sums(String seriesTitle) {
        var table = new StringBuilder(
                "<table class=\"sums\"><thead><tr><th scope=\"col\">" + HtmlReport.escaped(seriesTitle)
                        + "</th><th scope=\"col\" class=\"number\">Sum</th></tr></thead><tbody>\n");
        for (int number = 0; number < series.size(); number++) {
            Series each = series.get(number);
            table.append(String.format(
                    Locale.ROOT,
                    "<tr><td><span class=\"swatch s%d\"></span> %s</td><td class=\"number\">%s</td></tr>\n",
                    number,
                    HtmlReport.escaped(each.name),
                    HtmlReport.escaped(amount.apply(each.sum()))));
        }
        return table.append("</tbody></table>\n").toString();
    }
}
