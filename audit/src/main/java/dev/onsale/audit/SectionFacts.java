package dev.onsale.audit;

import dev.onsale.wire.SectionDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What events say of one section, counted by code that knows nothing of the rules. */
final class SectionFacts {

    /** A hold by its deadline on the section's clock. */
    record Hold(long deadlineMillis, String orderId) {}

    @Nullable
    SectionDefinition definition;

    long version;
    int held;
    int sold;
    /** By how much the events' counts were off when they were last looked at: free, held, sold. */
    String off = "";

    /** Whether the section is decided elsewhere for now. */
    boolean inFallback;

    private boolean salesPaused;
    private boolean paymentsStopped;
    private long pausedMillis;
    private long pausedAtMillis = -1;
    final TreeSet<Hold> holds =
            new TreeSet<>(Comparator.comparingLong(Hold::deadlineMillis).thenComparing(Hold::orderId));
    final Map<String, Integer> ticketsByBuyer = new HashMap<>();

    int capacity() {
        if (definition == null) {
            return 0;
        }
        return definition.getRows() > 0 ? definition.getRows() * definition.getSeatsPerRow() : definition.getCapacity();
    }

    String currency() {
        return definition == null ? "" : definition.getCurrency();
    }

    /** The clock of holds, which stands still while sales are paused or payments stopped. */
    long clock(long atMillis) {
        return atMillis - pausedBy(atMillis);
    }

    /** For how many milliseconds the clock has stood still by a time. */
    long pausedBy(long atMillis) {
        return pausedMillis + (pausedAtMillis >= 0 ? atMillis - pausedAtMillis : 0);
    }

    void sales(boolean paused, long atMillis) {
        salesPaused = paused;
        clockStands(atMillis);
    }

    void payments(boolean stopped, long atMillis) {
        paymentsStopped = stopped;
        clockStands(atMillis);
    }

    private void clockStands(long atMillis) {
        pausedMillis = pausedBy(atMillis);
        pausedAtMillis = salesPaused || paymentsStopped ? atMillis : -1;
    }

    /** Counts tickets of a buyer up or down. @return how many there are now */
    int tickets(String buyer, int more) {
        Integer now = ticketsByBuyer.merge(buyer, more, (a, b) -> a + b == 0 ? null : a + b);
        return now == null ? 0 : now;
    }

    /** Number of buyers and holds that are kept. */
    int buyers() {
        return ticketsByBuyer.size() + holds.size();
    }

    /** For {@link #fromBytes}, by the same build. */
    byte[] toBytes() {
        var to = new Packed(1024);
        to.put(definition == null ? Row.NOTHING : toBytes(definition))
                .put(version)
                .put(held)
                .put(sold)
                .put(off);
        to.put((byte) (inFallback ? 1 : 0));
        to.put((byte) (salesPaused ? 1 : 0))
                .put((byte) (paymentsStopped ? 1 : 0))
                .put(pausedMillis)
                .put(pausedAtMillis);
        to.put(holds.size());
        holds.forEach(hold -> to.put(hold.deadlineMillis()).put(hold.orderId()));
        to.put(ticketsByBuyer.size());
        ticketsByBuyer.forEach((buyer, tickets) -> to.put(buyer).put(tickets.intValue()));
        return to.toBytes();
    }

    static SectionFacts fromBytes(byte[] bytes) {
        var from = ByteBuffer.wrap(bytes);
        var facts = new SectionFacts();
        byte[] definition = Packed.bytes(from);
        facts.definition = definition.length == 0 ? null : definition(definition);
        facts.version = from.getLong();
        facts.held = from.getInt();
        facts.sold = from.getInt();
        facts.off = Packed.text(from);
        facts.inFallback = from.get() == 1;
        facts.salesPaused = from.get() == 1;
        facts.paymentsStopped = from.get() == 1;
        facts.pausedMillis = from.getLong();
        facts.pausedAtMillis = from.getLong();
        for (int left = from.getInt(); left > 0; left--) {
            facts.holds.add(new Hold(from.getLong(), Packed.text(from)));
        }
        for (int left = from.getInt(); left > 0; left--) {
            facts.ticketsByBuyer.put(Packed.text(from), from.getInt());
        }
        return facts;
    }

    private static byte[] toBytes(SectionDefinition definition) {
        try {
            ByteBuffer encoded = definition.toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SectionDefinition definition(byte[] bytes) {
        try {
            return SectionDefinition.fromByteBuffer(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
