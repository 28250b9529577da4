package dev.onsale.release.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.release.edge.Edge.Request;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What lines of HAProxy's log say of buyers. The lines are HAProxy 2.6's. */
class EdgeLineTest {

    private static Request answered(boolean candidate, long millis, long lateMillis) {
        return new Request("ada", candidate, false, millis, lateMillis);
    }

    private static Request failed(boolean candidate) {
        return new Request("ada", candidate, true, 0, 0);
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("edge 1795579234193 stable1 200 -- 0 3 - ada", List.of(answered(false, 3, 3))),
                arguments("edge 1795579234193 candidate2 404 -- 0 3 - ada", List.of(answered(true, 3, 3))),
                arguments("edge 1795579234499 candidate1 500 -- 0 5 - ada", List.of(failed(true))),
                // The server's time was over.
                arguments("edge 1795579236577 candidate1 504 sH 0 2002 7 ada", List.of(failed(true))),
                // It fell silent in the middle of an answer.
                arguments("edge 1795579236577 stable1 200 SD 0 20 - ada", List.of(failed(false))),
                // Answered within the time that the buyer had offered to wait, and a second later.
                arguments("edge 1795579236577 stable1 201 -- 0 6900 7 ada", List.of(answered(false, 6900, 0))),
                arguments("edge 1795579236577 stable1 202 -- 0 8000 7 ada", List.of(answered(false, 8000, 1000))),
                // The buyer went away while waiting as offered, or from a stream; and without an answer that was due.
                arguments("edge 1795579236577 candidate1 -1 CH 0 6900 7 ada", List.of()),
                arguments("edge 1795579236577 candidate1 200 CD 0 60000 86400 ada", List.of()),
                arguments("edge 1795579236577 candidate1 -1 CH 0 900 - ada", List.of(failed(true))),
                // The candidate could not be connected to; or the stable build could not.
                arguments("edge 1795579237146 stable1 200 -- +1 3 - ada", List.of(failed(true), answered(false, 3, 3))),
                arguments("edge 1795579237146 candidate1 200 -- +1 3 - ada", List.of(answered(true, 3, 3))),
                // No server was left, no buyer was named.
                arguments("edge 1795580449160 <NOSRV> 503 SC 0 0 - ada", List.of()),
                arguments("edge 1795580449160 candidate1 500 -- 0 0 - -", List.of()));
    }

    @ParameterizedTest
    @MethodSource
    void lines(String line, List<Request> requests) {
        assertEquals(requests, EdgeLine.parse(line).orElseThrow().requests(false));
    }

    @Test
    void refusedConnection_isNobodys_whenServersOfBothBuildsRefuse() {
        EdgeLine line =
                EdgeLine.parse("edge 1795579237146 stable1 200 -- +1 3 - ada").orElseThrow();
        assertEquals(List.of(answered(false, 3, 3)), line.requests(true));
        assertEquals(1795579237146L, line.atMillis());
    }

    @ParameterizedTest
    @MethodSource
    void otherLines(String line) {
        assertEquals(Optional.empty(), EdgeLine.parse(line));
    }

    static Stream<String> otherLines() {
        return Stream.of(
                "",
                "Server orders/candidate1 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\".",
                "backend orders has no server available!",
                "edge 1795579234193 stable1 200 -- 0 3 - ada b",
                "edge now stable1 200 -- 0 3 - ada");
    }
}
