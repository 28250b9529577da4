package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the candidate allocator is better at, and what it costs, in sell-outs simulated from a seed: the same groups of one to six
 * come to both allocators, most want to sit together, and some give their seats back.
 */
class SellOutTest {

    private static final long SEED = Long.getLong("onsale.seed", 20261201);
    private static final int SALES = 200;
    /** Of a hundred buyers, how many do not mind sitting apart, and how many give their seats back. */
    private static final int ANY = 20;

    private static final int RETURNS = 10;

    /**
     * What came of one sale.
     *
     * @param singles single free seats on average, from when half of the seats were sold
     * @param singlesNearTheEnd the same when nine in ten were
     * @param apart of a hundred groups of two or more that wanted to sit together, how many do not
     * @param splits how often a group is split: once for each block more than one
     * @param nanos processor time for choosing
     */
    private record Outcome(double singles, double singlesNearTheEnd, double apart, double splits, long nanos) {}

    /** A mean and its 95 % interval, from pairs of sales. */
    private record Interval(double low, double mean, double high) {
        static Interval of(List<Outcome> stable, List<Outcome> candidate, ToDoubleFunction<Outcome> what) {
            double[] less = IntStream.range(0, stable.size())
                    .mapToDouble(i -> what.applyAsDouble(stable.get(i)) - what.applyAsDouble(candidate.get(i)))
                    .toArray();
            double mean = IntStream.range(0, less.length)
                    .mapToDouble(i -> less[i])
                    .average()
                    .orElseThrow();
            double squares = IntStream.range(0, less.length)
                    .mapToDouble(i -> (less[i] - mean) * (less[i] - mean))
                    .sum();
            double half = 1.96 * Math.sqrt(squares / (less.length - 1) / less.length);
            return new Interval(mean - half, mean, mean + half);
        }
    }

    @Test
    void candidate_leavesFewerSinglesAndSeparatesFewerGroups() {
        List<Outcome> stable = sales(Stamp.STABLE);
        List<Outcome> candidate = sales(Stamp.CANDIDATE);

        assertLess("single free seats, on average", stable, candidate, Outcome::singles);
        assertLess("single free seats, nine in ten sold", stable, candidate, Outcome::singlesNearTheEnd);
        assertLess("of a hundred groups, apart", stable, candidate, Outcome::apart);
        assertLess("splits of groups", stable, candidate, Outcome::splits);
    }

    private static void assertLess(
            String name, List<Outcome> stable, List<Outcome> candidate, ToDoubleFunction<Outcome> what) {
        Interval less = Interval.of(stable, candidate, what);
        System.out.printf(
                "%s: stable %.2f, candidate %.2f, less by %.2f [%.2f, %.2f]%n",
                name,
                stable.stream().mapToDouble(what).average().orElseThrow(),
                candidate.stream().mapToDouble(what).average().orElseThrow(),
                less.mean(),
                less.low(),
                less.high());
        assertTrue(less.low() > 0, () -> name + ": " + less + ", seed " + SEED);
    }

    private static List<Outcome> sales(String variant) {
        return IntStream.range(0, SALES)
                .mapToObj(sale -> sell(SeatAllocator.of(variant), new SeatMap(20, 25), new Random(SEED + sale)))
                .toList();
    }

    @Test
    void candidate_takesAtMostTwiceTheTime_inALargeSection() {
        long stable = Long.MAX_VALUE;
        long candidate = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            stable = Math.min(stable, largeSale(Stamp.STABLE));
            candidate = Math.min(candidate, largeSale(Stamp.CANDIDATE));
        }
        double ratio = (double) candidate / stable;
        System.out.printf(
                "100,000 seats: stable %d ms, candidate %d ms, %.2f times%n",
                stable / 1_000_000, candidate / 1_000_000, ratio);
        assertTrue(ratio <= 2, () -> "ratio " + ratio);
    }

    private static long largeSale(String variant) {
        return sell(SeatAllocator.of(variant), new SeatMap(400, 250), new Random(SEED))
                .nanos();
    }

    private static Outcome sell(SeatAllocator allocator, SeatMap seats, Random random) {
        int capacity = seats.rows() * seats.seatsPerRow();
        boolean small = capacity < 1_000;
        int free = capacity;
        List<Integer> singles = new ArrayList<>();
        int nearTheEnd = -1;
        int groups = 0;
        int apart = 0;
        int splits = 0;
        long nanos = 0;
        List<List<String>> sold = new ArrayList<>();
        for (int buyers = 0; free > 0 && buyers < capacity; buyers++) {
            int quantity = 1 + random.nextInt(6);
            boolean any = random.nextInt(100) < ANY;
            boolean returns = random.nextInt(100) < RETURNS;
            int returned = random.nextInt(Integer.MAX_VALUE);
            if (quantity > free) {
                continue;
            }
            long before = processorNanos();
            List<String> chosen =
                    allocator.choose(seats, quantity, any ? SeatPreference.ANY : SeatPreference.CONTIGUOUS);
            nanos += processorNanos() - before;
            chosen.forEach(seats::take);
            free -= quantity;
            sold.add(chosen);
            if (!any && quantity > 1) {
                int in = blocks(chosen);
                groups++;
                apart += in > 1 ? 1 : 0;
                splits += in - 1;
            }
            if (returns && free > 0) {
                List<String> back = sold.remove(returned % sold.size());
                back.forEach(seats::free);
                free += back.size();
            }
            if (small && free <= capacity / 2) {
                singles.add(singles(seats));
            }
            if (small && nearTheEnd < 0 && free <= capacity / 10) {
                nearTheEnd = singles(seats);
            }
        }
        return new Outcome(
                singles.stream().mapToInt(Integer::intValue).average().orElse(0),
                nearTheEnd,
                100.0 * apart / groups,
                splits,
                nanos);
    }

    /** The processor's time, not the clock's: others may use the machine. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static int blocks(List<String> chosen) {
        List<int[]> places = chosen.stream()
                .map(seat -> seat.split("-"))
                .map(parts -> new int[] {parts[0].hashCode(), Integer.parseInt(parts[1])})
                .sorted((a, b) -> a[0] == b[0] ? Integer.compare(a[1], b[1]) : Integer.compare(a[0], b[0]))
                .toList();
        return 1
                + (int) IntStream.range(1, places.size())
                        .filter(i -> places.get(i)[0] != places.get(i - 1)[0]
                                || places.get(i)[1] != places.get(i - 1)[1] + 1)
                        .count();
    }

    private static int singles(SeatMap seats) {
        int width = seats.seatsPerRow();
        return (int) IntStream.range(0, seats.rows() * width)
                .filter(seat -> !seats.isTaken(seat))
                .filter(seat -> seat % width == 0 || seats.isTaken(seat - 1))
                .filter(seat -> seat % width == width - 1 || seats.isTaken(seat + 1))
                .count();
    }
}
