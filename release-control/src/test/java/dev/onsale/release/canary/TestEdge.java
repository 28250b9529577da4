package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An edge that lives in memory: sends buyers by their names, and remembers what it was told. */
final class TestEdge implements Edge {

    private final List<Integer> told = new ArrayList<>();
    private final List<Request> record = new ArrayList<>();
    private int percent;
    private int read;
    private boolean candidateFails;
    private boolean astray;
    private long awayMillis;

    /** The stamps of a buyer's purchase, as the build that the buyer is sent to makes them. */
    synchronized Map<String, String> send(String buyer) {
        boolean candidate = Math.floorMod(buyer.hashCode() * 31, 100) < percent;
        record.add(new Request(buyer, candidate, candidate && candidateFails, 5, 5));
        return Map.of("order-service", candidate ? "candidate" : "stable");
    }

    synchronized void failTheCandidates() {
        candidateFails = true;
    }

    synchronized void takeTheCandidateAway(long millis) {
        awayMillis = millis;
    }

    synchronized void goAstray() {
        astray = true;
    }

    synchronized List<Integer> told() {
        return List.copyOf(told);
    }

    @Override
    public synchronized void share(int percentOfBuyers) {
        percent = percentOfBuyers;
        told.add(percentOfBuyers);
        astray = false;
    }

    @Override
    public void requireCandidate() {
        // It is always there.
    }

    @Override
    public synchronized long position() {
        return record.size();
    }

    @Override
    public synchronized void follow(long after) {
        read = (int) after;
    }

    @Override
    public synchronized Seen look() {
        List<Request> since = List.copyOf(record.subList(read, record.size()));
        read = record.size();
        return new Seen(since, read, awayMillis, !astray);
    }

    @Override
    public synchronized Finding aborted() {
        return new Finding(percent == 0, "the share is " + percent);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
