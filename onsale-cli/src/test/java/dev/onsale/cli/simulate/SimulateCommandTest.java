package dev.onsale.cli.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.Onsale;
import dev.onsale.cli.http.Web;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {

    /** What one call has left behind. */
    private record Called(int exitCode, String out, String err) {}

    private static Called call(String... args) {
        PrintStream before = System.out;
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Onsale.commandLine(Map.of())
                    .setErr(new PrintWriter(err, true))
                    .execute(args);
            return new Called(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void output_isTheSame_forTheSameSeeds() {
        Called first = call("simulate", "--seed", "5", "--seeds", "3", "--commands", "3000");

        assertEquals(0, first.exitCode(), first.out());
        assertEquals(3, first.out().split("Every invariant held", -1).length - 1, first.out());
        assertEquals(first, call("simulate", "--seed", "5", "--seeds", "3", "--commands", "3000"));
    }

    @Test
    void mutant_isTold_withTheCommandThatRepeatsIt() throws IOException {
        Called found = call("simulate", "--mutant", "timeout-is-decline", "--commands", "50000", "--json");

        assertEquals(1, found.exitCode());
        JsonNode failure = Web.mapper().readTree(found.out()).path("failure");
        assertEquals("MONEY", failure.path("invariant").asText(), found.out());
        assertTrue(failure.path("history").size() <= 30, found.out());
        String[] repeat = failure.path("repeat").asText().split(" ", -1);
        assertEquals("./onsale", repeat[0]);
        Called repeated = call(Arrays.copyOfRange(repeat, 1, repeat.length));
        assertEquals(1, repeated.exitCode());
        assertTrue(repeated.out().contains(failure.path("explanation").asText()), repeated.out());
    }

    @Test
    void badOptions_areRefused_withWhatToDo() {
        Called none = call("simulate", "--commands", "0");
        Called unknown = call("simulate", "--mutant", "nonsense");

        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("must be 1 or more"), none.err());
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("zombie-not-fenced"), unknown.err());
        assertFalse(unknown.err().contains("\tat "), unknown.err());
    }
}
