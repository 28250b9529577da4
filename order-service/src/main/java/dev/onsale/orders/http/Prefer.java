package dev.onsale.orders.http;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The {@code wait} preference of RFC 7240, in seconds. Others, and those that make no sense, are ignored, as it says. */
final class Prefer {

    static final int MAX_WAIT_SECONDS = 60;
    private static final int MOST_DIGITS = 9;

    private Prefer() {}

    /** How long the caller would wait, at most a minute; empty when it did not say. */
    static Optional<Duration> waiting(Call call) {
        return waiting(call.headers("Prefer"));
    }

    static Optional<Duration> waiting(List<String> headers) {
        for (String header : headers) {
            for (String preference : header.split(",", -1)) {
                String text = preference.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
                if (text.startsWith("wait")) {
                    String value = text.substring("wait".length()).strip();
                    String digits = value.replaceFirst("^=\\s*\"?(\\d+)\"?$", "$1");
                    if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                        return Optional.of(Duration.ofSeconds(
                                digits.length() > MOST_DIGITS
                                        ? MAX_WAIT_SECONDS
                                        : Math.min(MAX_WAIT_SECONDS, Integer.parseInt(digits))));
                    }
                }
            }
        }
        return Optional.empty();
    }

    static void applied(Call call, Duration wait) {
        call.set("Preference-Applied", "wait=" + wait.toSeconds());
    }
}
