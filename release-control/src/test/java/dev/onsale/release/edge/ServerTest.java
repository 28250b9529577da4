package dev.onsale.release.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HAProxy says of its servers, and the weights that it is told. */
class ServerTest {

    private static final String NAMES = "# pxname,svname,econ,status,weight,lastchg,check_desc,cookie,";
    private static final String STABLE = "orders,stable1,0,UP,95,18,Layer7 check passed,stable1,";
    private static final String CANDIDATE = "orders,candidate1,3,DOWN 1/2,5,9,\"refused, it says\",candidate1,";
    private static final String BACKEND = "orders,BACKEND,0,UP,100,18,,onsale-build,";

    @Test
    void servers_areReadByTheNamesOfTheirFields() {
        Server.Backend backend = Server.backend("orders", String.join("\n", NAMES, STABLE, CANDIDATE, BACKEND, ""));

        assertEquals("onsale-build", backend.cookie());
        assertEquals(List.of(new Server("stable1", "UP", 95, 18, 0, "stable1")), backend.stables());
        assertEquals(List.of(new Server("candidate1", "DOWN 1/2", 5, 9, 3, "candidate1")), backend.candidates());
        assertTrue(backend.stables().getFirst().isUp());
        assertFalse(backend.candidates().getFirst().isUp());
        assertFalse(backend.candidates().getFirst().isOut());
    }

    @Test
    void backendThatCannotBeCanaried_isRefusedWithWhatItNeeds() {
        for (String csv : List.of(
                "No such proxy.",
                String.join("\n", NAMES, STABLE, BACKEND),
                String.join("\n", NAMES, CANDIDATE, BACKEND),
                String.join("\n", NAMES, STABLE, CANDIDATE))) {
            OperatorError refused = assertThrows(OperatorError.class, () -> Server.backend("orders", csv));
            assertTrue(String.valueOf(refused.getMessage()).contains("needs a cookie, servers whose names begin with"));
        }
    }

    @ParameterizedTest(name = "{0} % by {1} candidates and {2} stable servers")
    @CsvSource({
        "5, 1, 1, 1, 19",
        "50, 1, 1, 1, 1",
        "5, 1, 3, 3, 19",
        "25, 2, 4, 2, 3",
        "10, 3, 2, 2, 27",
        // Beyond what HAProxy takes: as near as it goes.
        "1, 3, 2, 2, 256",
        "99, 1, 7, 256, 1"
    })
    void weights_giveTheShare(int percent, int candidates, int stables, int candidate, int stable) {
        assertEquals(new Weights(candidate, stable), Weights.of(percent, candidates, stables));
    }

    @ParameterizedTest
    @CsvSource({"haproxy", "haproxy:x", ":9999", "haproxy:70000"})
    void socket_isRefused_whenItIsNeitherPathNorAddress(String address) {
        OperatorError refused = assertThrows(OperatorError.class, () -> RuntimeSocket.at(address));
        assertTrue(String.valueOf(refused.getMessage()).contains("cannot be at '" + address + "'"));
    }

    @Test
    void haproxyThatIsAway_isToldWithWhatToDo() {
        OperatorError away = assertThrows(
                OperatorError.class,
                () -> RuntimeSocket.at("/nowhere/haproxy.sock").ask("show info"));
        assertTrue(
                String.valueOf(away.getMessage()).startsWith("HAProxy does not answer at /nowhere/haproxy.sock"),
                away.getMessage());
    }
}
