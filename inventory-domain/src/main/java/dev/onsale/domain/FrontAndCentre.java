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
            for (int row = 0; row < seats.rows(); row++) {
                int first = seats.freeInRow(row) < quantity ? -1 : nearestRun(seats, row, quantity);
                if (first >= 0) {
                    return IntStream.range(first, first + quantity)
                            .mapToObj(seats::name)
                            .toList();
                }
            }
        }
        return scattered(seats, quantity);
    }

    /** Index of the first seat of the run nearest to the row's centre, the lower one of two; -1: no run. */
    private static int nearestRun(SeatMap seats, int row, int quantity) {
        int start = row * seats.seatsPerRow();
        int end = start + seats.seatsPerRow();
        int twiceCentre = start + end - 1;
        int best = -1;
        int bestDistance = Integer.MAX_VALUE;
        int free = 0;
        for (int seat = start; seat < end; seat++) {
            free = seats.isTaken(seat) ? 0 : free + 1;
            if (free >= quantity) {
                int first = seat - quantity + 1;
                int distance = Math.abs(first + seat - twiceCentre);
                if (distance < bestDistance) {
                    best = first;
                    bestDistance = distance;
                }
            }
        }
        return best;
    }

    private static List<String> scattered(SeatMap seats, int quantity) {
        List<String> chosen = new ArrayList<>(quantity);
        int width = seats.seatsPerRow();
        for (int row = 0; row < seats.rows() && chosen.size() < quantity; row++) {
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
