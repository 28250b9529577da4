package dev.onsale.audit;

import java.util.Comparator;

/** Where a line of a story stands: by the command that led to it, and then as it came about. */
record StoryPosition(int partition, long command, Part part, long offset) implements Comparable<StoryPosition> {

    /** What one command led to, in the order in which it is told. */
    enum Part {
        COMMAND,
        EVENT,
        REQUEST,
        EFFECT,
        STATUS
    }

    /** Of what no command led to. */
    static final StoryPosition LAST = new StoryPosition(Integer.MAX_VALUE, 0, Part.STATUS, 0);

    private static final Comparator<StoryPosition> ORDER = Comparator.comparingInt(StoryPosition::partition)
            .thenComparingLong(StoryPosition::command)
            .thenComparing(StoryPosition::part)
            .thenComparingLong(StoryPosition::offset);

    StoryPosition with(Part newPart, long newOffset) {
        return new StoryPosition(partition, command, newPart, newOffset);
    }

    @Override
    public int compareTo(StoryPosition other) {
        return ORDER.compare(this, other);
    }
}
