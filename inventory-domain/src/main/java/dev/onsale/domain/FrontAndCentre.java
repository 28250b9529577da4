package dev.onsale.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The stable allocator. Contiguous: the lowest row with a long enough run of free seats, and in it the run nearest to the
 * centre. Any, or when no row has such a run: row by row from the front, in each row from the centre outwards.
 */
final class FrontAndCentre implements SeatAllocator {

    @Override
    public List<String> choose(SeatMap seats, int quantity, SeatPreference preference) {
        if (preference == SeatPreference.CONTIGUOUS) {
            for (int row = seats.nextOpenRow(0); row < seats.rows(); row = seats.nextOpenRow(row + 1)) {
                int first = seats.freeInRow(row) < quantity ? -1 : nearestRun(seats, row, quantity);
                if (first >= 0) {
                    return quantity == 1
                            ? List.of(seats.name(first))
                            : IntStream.range(first, first + quantity)
                                    .mapToObj(seats::name)
                                    .toList();
                }
            }
        }
        return scattered(seats, quantity);
    }

    /** Index of the first seat of the run nearest to the row's centre, the lower one of two; -1: no run. */
    private static int nearestRun(SeatMap seats, int row, int quantity) {
        int end = (row + 1) * seats.seatsPerRow();
        int start = end - seats.seatsPerRow();
        int centred = (start + end - quantity) / 2;
        int best = -1;
        for (int free = seats.nextFree(start, end); free < end; ) {
            int taken = seats.nextTaken(free, end);
            if (taken - free >= quantity) {
                int first = Math.clamp(centred, free, taken - quantity);
                if (best < 0 || distance(first, quantity, start + end) < distance(best, quantity, start + end)) {
                    best = first;
                }
            }
            free = seats.nextFree(taken, end);
        }
        return best;
    }

    /** Of a run from the row's centre, in half seats. */
    private static int distance(int first, int quantity, int startAndEnd) {
        return Math.abs(2 * first + quantity - startAndEnd);
    }

    private static List<String> scattered(SeatMap seats, int quantity) {
        List<String> chosen = new ArrayList<>(quantity);
        int width = seats.seatsPerRow();
        for (int row = seats.nextOpenRow(0);
                row < seats.rows() && chosen.size() < quantity;
                row = seats.nextOpenRow(row + 1)) {
            for (int step = 0; step < width && chosen.size() < quantity && seats.freeInRow(row) > 0; step++) {
                // From the centre outwards: for 5 seats 2, 1, 3, 0, 4; for 4 seats 1, 2, 0, 3.
                int distance = (step + 1) / 2;
                boolean leftFirst = width % 2 == 1;
                int position = (width - 1) / 2 + ((step % 2 == 1) == leftFirst ? -distance : distance);
                int seat = row * width + position;
                if (!seats.isTaken(seat)) {
                    chosen.add(seats.name(seat));
                }
            }
        }
        return chosen;
    }
}
