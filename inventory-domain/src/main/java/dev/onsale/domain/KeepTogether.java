package dev.onsale.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The candidate allocator: it keeps groups together, and leaves few single seats, which are free ones without a free neighbour
 * that only a buyer who comes alone would like.
 *
 * <p>Contiguous: the block that leaves the fewest single seats, then in the lowest row, then one that fills a run, then nearest
 * to the centre. When no row has such a block: as few blocks as possible, as near to the first of them as possible. Any: the
 * shortest runs of free seats, since whoever does not mind can take what nobody else likes, and so leaves long runs to groups
 * that do.
 */
final class KeepTogether implements SeatAllocator {

    private static final int NO_SEAT = -1;
    /** Nearer than any: a filled run leaves longer ones to longer groups. */
    private static final int FILLED = -1;

    @Override
    public List<String> choose(SeatMap seats, int quantity, SeatPreference preference) {
        List<Integer> chosen = new ArrayList<>(quantity);
        int block = preference == SeatPreference.CONTIGUOUS ? bestBlock(seats, quantity) : NO_SEAT;
        if (block != NO_SEAT) {
            add(block, quantity, chosen);
        } else if (preference == SeatPreference.CONTIGUOUS) {
            addFewestBlocks(seats, quantity, chosen);
        } else {
            addShortestRuns(seats, quantity, chosen);
        }
        return chosen.stream().map(seats::name).toList();
    }

    /** Whole runs, from the shortest; and of a longer one a part, rather one that leaves more than a single seat. */
    private static void addShortestRuns(SeatMap seats, int quantity, List<Integer> chosen) {
        List<Run> runs = runs(seats, quantity);
        runs.sort(Comparator.comparingInt(Run::length));
        int rest = quantity;
        int next = 0;
        for (; rest > 0 && runs.get(next).length() <= rest; next++) {
            add(runs.get(next).start(), runs.get(next).length(), chosen);
            rest -= runs.get(next).length();
        }
        if (rest > 0) {
            List<Run> longer = runs.subList(next, runs.size());
            int part = rest;
            Run run = longer.stream()
                    .filter(each -> each.length() - part > 1)
                    .findFirst()
                    .orElse(longer.getFirst());
            add(nearestToCentre(run, part, seats.seatsPerRow()), part, chosen);
        }
    }

    private static void add(int first, int length, List<Integer> chosen) {
        IntStream.range(first, first + length).forEach(chosen::add);
    }

    /** Index of the first seat of the best block in one row; -1: there is none. */
    private static int bestBlock(SeatMap seats, int quantity) {
        int width = seats.seatsPerRow();
        int fewestPossible = quantity == 1 ? -1 : 0;
        int best = NO_SEAT;
        int fewestSingles = Integer.MAX_VALUE;
        for (int row = 0; row < seats.rows() && fewestSingles > fewestPossible; row++) {
            int free = seats.freeInRow(row);
            boolean noBetter = free == width && fewestSingles <= 0 && width > 1;
            int end = (row + 1) * width;
            int nearest = Integer.MAX_VALUE;
            int start = free < quantity || noBetter ? end : seats.nextFree(end - width, end);
            while (start < end) {
                var run = new Run(row, start, seats.nextTaken(start, end));
                if (run.length() >= quantity) {
                    int singles = singlesLeft(run.length(), quantity);
                    int block = nearestToCentre(run, quantity, width);
                    int distance = run.length() == quantity ? FILLED : run.distance(block, quantity, width);
                    // A row's first block has nothing to be nearer than, so an earlier row wins unless this leaves
                    // fewer.
                    boolean nearer = nearest != Integer.MAX_VALUE && singles == fewestSingles && distance < nearest;
                    if (singles < fewestSingles || nearer) {
                        best = block;
                        fewestSingles = singles;
                        nearest = distance;
                    }
                }
                start = seats.nextFree(run.end(), end);
            }
        }
        return best;
    }

    /** How many more single seats there are, at best, after a block was taken from a run. */
    private static int singlesLeft(int run, int block) {
        return (run - block == 1 ? 1 : 0) - (run == 1 ? 1 : 0);
    }

    /**
     * Index of the first seat of the block in a run that leaves the fewest single seats, and then is nearest to the centre, the
     * lower one of two.
     */
    private static int nearestToCentre(Run run, int quantity, int width) {
        int last = run.end() - quantity;
        int centred = Math.clamp(((2L * run.row() + 1) * width - quantity) / 2, run.start(), last);
        if (last - run.start() < 2) {
            // None or one seat is left over; wherever the block is, that one is single.
            return centred;
        }
        int best = run.start();
        // Beside a place that leaves one seat on one side is one that does not.
        for (int first = Math.max(run.start(), centred - 1); first <= Math.min(last, centred + 1); first++) {
            boolean leavesSingle = first - run.start() == 1 || last - first == 1;
            if (!leavesSingle && run.distance(first, quantity, width) < run.distance(best, quantity, width)) {
                best = first;
            }
        }
        return best;
    }

    /** A run of free seats: the indexes of its first seat and of the one after its last. */
    private record Run(int row, int start, int end) {
        int length() {
            return end - start;
        }

        /** How far from the row's centre a block is, in half seats. */
        int distance(int first, int quantity, int width) {
            return Math.abs(2 * first + quantity - (2 * row + 1) * width);
        }
    }

    /** Splits a group that no row can hold: the longest runs, until one holds the rest. */
    private static void addFewestBlocks(SeatMap seats, int quantity, List<Integer> chosen) {
        List<Run> runs = runs(seats, Integer.MAX_VALUE);
        int firstRow = 0;
        for (int rest = quantity; rest > 0; ) {
            Run run = runs.remove(longestAndNearest(runs, rest, firstRow));
            int block = Math.min(rest, run.length());
            add(nearestToCentre(run, block, seats.seatsPerRow()), block, chosen);
            firstRow = rest == quantity ? run.row() : firstRow;
            rest -= block;
        }
    }

    /** All runs, from the front; but rows that are free altogether are left out once there are {@code enough} seats. */
    private static List<Run> runs(SeatMap seats, int enough) {
        List<Run> runs = new ArrayList<>();
        int width = seats.seatsPerRow();
        int found = 0;
        for (int row = 0; row < seats.rows(); row++) {
            int free = seats.freeInRow(row);
            boolean leftOut = free == 0 || (free == width && found >= enough);
            found += leftOut ? 0 : free;
            int end = (row + 1) * width;
            int start = leftOut ? end : seats.nextFree(end - width, end);
            while (start < end) {
                var run = new Run(row, start, seats.nextTaken(start, end));
                runs.add(run);
                start = seats.nextFree(run.end(), end);
            }
        }
        return runs;
    }

    /** Index of the run with room for the most, then nearest to a row, then leaving the fewest single seats, then the first. */
    private static int longestAndNearest(List<Run> runs, int rest, int row) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            int block = Math.min(rest, run.length());
            long rank =
                    ((long) (rest - block) << 32) + 4L * Math.abs(run.row() - row) + singlesLeft(run.length(), block);
            if (rank < least) {
                best = i;
                least = rank;
            }
        }
        return best;
    }
}
