package dev.onsale.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The holds of a section in the order in which they end. A cache of the section's orders. */
final class Holds {

    private record Hold(long deadlineMillis, String orderId) implements Comparable<Hold> {
        @Override
        public int compareTo(Hold other) {
            int earlier = Long.compare(deadlineMillis, other.deadlineMillis);
            return earlier != 0 ? earlier : orderId.compareTo(other.orderId);
        }
    }

    private final TreeSet<Hold> byDeadline = new TreeSet<>();

    void add(Order order) {
        byDeadline.add(new Hold(order.deadlineMillis(), order.orderId()));
    }

    void remove(Order order) {
        byDeadline.remove(new Hold(order.deadlineMillis(), order.orderId()));
    }

    /** Orders whose holds have ended by a time on the section's clock, the earliest first; at most {@code limit}. */
    List<String> endedBy(long clockMillis, int limit) {
        if (byDeadline.isEmpty() || byDeadline.first().deadlineMillis() > clockMillis) {
            return List.of();
        }
        List<String> ended = new ArrayList<>();
        for (Hold hold : byDeadline) {
            if (hold.deadlineMillis() > clockMillis || ended.size() == limit) {
                break;
            }
            ended.add(hold.orderId());
        }
        return ended;
    }

    List<String> all() {
        return byDeadline.stream().map(Hold::orderId).toList();
    }

    boolean isEmpty() {
        return byDeadline.isEmpty();
    }
}
