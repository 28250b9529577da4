package dev.onsale.release.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of the judge against values worked out by hand. */
class JudgementTest {

    static Stream<Arguments> bayesFactors() {
        return Stream.of(
                arguments("no bad buyer says nothing", 0, 0, 0.05, 1, 1, 1.0),
                // 1/2 that a canary's is bad next, 2/3, 3/4; each against 1/2.
                arguments("three of three at a half", 3, 3, 0.5, 1, 1, (1.0 / 4) / (1.0 / 8)),
                // B(2,2)/B(1,1) = 1/6, against 1/4.
                arguments("one of two at a half", 1, 2, 0.5, 1, 1, (1.0 / 6) / (1.0 / 4)),
                // B(3,3)/B(2,1) = (1/30)/(1/2), against 0.1 (0.9)^2.
                arguments("one of three at a tenth", 1, 3, 0.1, 2, 1, (2.0 / 30) / (0.1 * 0.81)),
                // B(3,19)/B(1,1) = 1/(21 * C(20,2)) = 1/3990, against 0.05^2 0.95^18.
                arguments("two of twenty", 2, 20, 0.05, 1, 1, 1 / 3990.0 / (0.0025 * Math.pow(0.95, 18))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void bayesFactors(String name, int canaryBad, int bad, double share, double a, double b, double factor) {
        assertEquals(factor, Math.exp(SequentialTest.logBayesFactor(canaryBad, bad, share, a, b)), 1e-12 * factor);
    }

    @Test
    void bayesFactor_expectsFourTimesAsManyBad() {
        // A share of a fifth leads to 4/5 : 4/5, so Beta(4, 4): 4/8 of a canary's, 5/9 of another, against 1/5 each.
        assertEquals(
                (4.0 / 8) * (5.0 / 9) / (0.2 * 0.2), Math.exp(SequentialTest.logBayesFactor(2, 2, 0.2)), 1e-12 * 7);
    }

    static Stream<Arguments> tails() {
        return Stream.of(
                arguments("none beyond", 0, 10, 0, 10, 1.0),
                // The slowest of all is as likely any one's.
                arguments("the slowest of twenty", 1, 10, 0, 10, 10.0 / 20),
                arguments("the two slowest", 2, 10, 0, 10, (10.0 * 9) / (20 * 19)),
                // Two or three of the slowest three, of 2 canary's and 3 control's: C(2,2) C(3,1) / C(5,3).
                arguments("two of the slowest three", 2, 2, 1, 3, 3.0 / 10));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void tails(String name, int beyond, int canary, int above, int control, double p) {
        assertEquals(p, Gate.tailP(beyond, canary, above, control), 1e-9);
    }

    @Test
    void gate_seesASlownessOfAll_butNotWithinTheTolerance() {
        double[] control = latencies(100);
        double[] canary = latencies(110);

        assertTrue(Gate.of(canary, control, 0, 0.001).slower());
        assertFalse(Gate.of(canary, control, 0.15, 0.001).slower());
        assertFalse(Gate.of(control, canary, 0, 0.001).slower(), "faster is not slower");
    }

    @Test
    void gate_isExact_whenThereAreFew() {
        // Mann-Whitney, all three slower than all three: 1 of C(6,3) orders.
        Gate gate = Gate.of(new double[] {4, 5, 6}, new double[] {1, 2, 3}, 0, 0.05);

        assertEquals(1.0 / 20, gate.slowerP(), 1e-12);
        assertEquals(1.0 / 20, gate.tailP(), 1e-9);
        assertEquals(3, gate.controlP99Millis());
        assertEquals(3, gate.beyondP99());
    }

    @Test
    void gate_seesALongTail_whereTheMedianIsTheSame() {
        double[] control = latencies(100);
        double[] canary = latencies(100);
        for (int i = canary.length - 20; i < canary.length; i++) {
            canary[i] *= 2;
        }

        Gate gate = Gate.of(canary, control, 0.1, 0.001);

        assertFalse(gate.slower(), gate::toString);
        assertTrue(gate.longTail(), gate::toString);
        assertEquals(20, gate.beyondP99());
    }

    /** 400 latencies, ascending, evenly from {@code least} to half as much again. */
    private static double[] latencies(double least) {
        return IntStream.range(0, 400).mapToDouble(i -> least * (1 + i / 800.0)).toArray();
    }
}
