package dev.onsale.release.canary;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commands that are not decided yet, by where they stand in the log. */
final class OpenRequests {

    /** A buyer's command, and the variant that the edge stamped on it. */
    record Request(String orderId, String buyer, boolean canary, long atMillis) {

        Observation failed() {
            return new Observation(buyer, canary, true, 0, 0);
        }

        Observation answered(long nowMillis) {
            long waited = Math.max(0, nowMillis - atMillis);
            return new Observation(buyer, canary, false, waited, waited);
        }
    }

    private final Map<Integer, SortedMap<Long, Request>> byOffset = new HashMap<>();

    void add(int partition, long offset, Request request) {
        of(partition).put(offset, request);
    }

    private SortedMap<Long, Request> of(int partition) {
        return byOffset.computeIfAbsent(partition, _ -> new TreeMap<>());
    }

    /**
     * The command that an event belongs to. Those before it in its partition are decided, too, and led to no event: they
     * repeated an earlier one.
     */
    @Nullable
    Request decided(int partition, long offset) {
        SortedMap<Long, Request> requests = of(partition);
        requests.headMap(offset).clear();
        return requests.get(offset);
    }

    void remove(int partition, long offset) {
        of(partition).remove(offset);
    }

    Stream<Request> olderThan(long atMillis) {
        return byOffset.values().stream()
                .flatMap(requests -> requests.values().stream())
                .filter(request -> request.atMillis() < atMillis);
    }
}
