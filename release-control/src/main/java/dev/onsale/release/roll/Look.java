package dev.onsale.release.roll;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an instance shows at one moment.
 *
 * @param ready what {@code /health/ready} says
 * @param meters values of its meters, by name with labels; empty when it does not answer
 */
public record Look(boolean ready, Map<String, Double> meters) {

    /** Of an instance that does not answer. */
    public static final Look AWAY = new Look(false, Map.of());

    public Look {
        meters = Map.copyOf(meters);
    }

    /** Reads Prometheus' text format. */
    public static Look of(boolean ready, String metrics) {
        Map<String, Double> meters = new TreeMap<>();
        metrics.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            if (blank > 0) {
                try {
                    meters.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
                } catch (NumberFormatException e) {
                    // Infinities and the like, which nothing here looks at.
                }
            }
        });
        return new Look(ready, meters);
    }

    /** Records of input that it has not read, and of state that its copies lack; not a number while it does not know. */
    public double lag() {
        return sum("onsale_input_lag_records", "") + sum("onsale_state_lag_records", "");
    }

    /** When the process started, in seconds since the epoch; 0: it does not say. */
    public double startedAt() {
        return sum("process_start_time_seconds", "");
    }

    /** What it has worked on: calls answered, events decided, calls to the gateway. */
    double work() {
        return calls() + sum("onsale_events_total", "") + sum("onsale_gateway_calls_seconds_count", "");
    }

    /** What of it failed. */
    double failures() {
        return sum("onsale_http_requests_seconds_count", "status=\"5")
                + sum("onsale_dead_letters_total", "")
                + sum("onsale_payments_retries_total", "");
    }

    double calls() {
        return sum("onsale_http_requests_seconds_count", "");
    }

    double callSeconds() {
        return sum("onsale_http_requests_seconds_sum", "");
    }

    private double sum(String name, String label) {
        return meters.entrySet().stream()
                .filter(meter -> meter.getKey().equals(name)
                        || (meter.getKey().startsWith(name + "{")
                                && meter.getKey().contains(label)))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** For people. */
    @Override
    public String toString() {
        return ready ? String.format(Locale.ROOT, "ready and %.0f records behind", lag()) : "not ready";
    }
}
