package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge.Request;
import dev.onsale.release.edge.Edge.Seen;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What buyers met at the edge since the last verdict: of each buyer, whether anything failed, and the slowest answer. */
final class EdgeRecord {

    private record Kind(String buyer, boolean candidate, boolean failed) {}

    private final Map<Kind, Request> slowest = new TreeMap<>(
            Comparator.comparing(Kind::buyer).thenComparing(Kind::candidate).thenComparing(Kind::failed));
    private long position;

    /** @param position up to where the edge's record of requests was read before */
    EdgeRecord(long position) {
        this.position = position;
    }

    void add(Seen seen) {
        position = Math.max(position, seen.position());
        seen.requests()
                .forEach(request -> slowest.merge(
                        new Kind(request.buyer(), request.candidate(), request.failed()), request, Request::or));
    }

    List<Request> requests() {
        return List.copyOf(slowest.values());
    }

    long position() {
        return position;
    }

    /** They are in the release log now. */
    void recorded() {
        slowest.clear();
    }
}
