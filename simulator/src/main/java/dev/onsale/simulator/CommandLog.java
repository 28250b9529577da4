package dev.onsale.simulator;

import dev.onsale.domain.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One partition of the command log, with the fate of records that were written in a transaction. */
final class CommandLog {

    private enum Fate {
        COMMITTED,
        PENDING,
        ABORTED
    }

    /** A record. Its time is the broker's, whatever the clocks of others say. */
    static final class Entry {
        final String section;
        final Command command;
        final String variant;
        final long atMillis;
        private Fate fate;

        private Entry(String section, Command command, String variant, long atMillis, Fate fate) {
            this.section = section;
            this.command = command;
            this.variant = variant;
            this.atMillis = atMillis;
            this.fate = fate;
        }

        boolean isCommitted() {
            return fate == Fate.COMMITTED;
        }

        /** What was aborted stays so. */
        void commit() {
            fate = fate == Fate.PENDING ? Fate.COMMITTED : fate;
        }

        void abort() {
            fate = Fate.ABORTED;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    void append(String section, Command command, String variant, long atMillis) {
        entries.add(new Entry(section, command, variant, atMillis, Fate.COMMITTED));
    }

    /** Appends within a transaction that is still open. */
    Entry appendPending(String section, Command command, String variant, long atMillis) {
        Entry entry = new Entry(section, command, variant, atMillis, Fate.PENDING);
        entries.add(entry);
        return entry;
    }

    Entry at(long offset) {
        return entries.get((int) offset);
    }

    long end() {
        return entries.size();
    }

    /** Offset of the first committed record from a position on; none when an open transaction or the end comes first. */
    OptionalLong nextCommitted(long position) {
        for (long offset = position; offset < end(); offset++) {
            switch (at(offset).fate) {
                case COMMITTED -> {
                    return OptionalLong.of(offset);
                }
                case PENDING -> {
                    return OptionalLong.empty();
                }
                case ABORTED -> {}
            }
        }
        return OptionalLong.empty();
    }
}
