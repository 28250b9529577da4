package dev.onsale.cli.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Web;
import dev.onsale.release.check.Difference;
import dev.onsale.release.check.Difference.Passage;
import java.util.List;

/** The differences between two builds, and how they are told. */
record Comparison(List<Difference> differences) {

    /** Those after which there is no way back. */
    List<Difference> oneWay() {
        return differences.stream()
                .filter(difference -> difference.passage() == Passage.ONE_WAY)
                .toList();
    }

    boolean closed() {
        return differences.stream().anyMatch(difference -> difference.passage() == Passage.CLOSED);
    }

    boolean passes(boolean goOneWay) {
        return !closed() && (goOneWay || oneWay().isEmpty());
    }

    void print(boolean json) {
        differences.forEach(d -> System.out.println(
                json
                        ? json(d).toString()
                        : d.what() + ": " + d.from() + " -> " + d.to() + "; rolling upgrade: "
                                + yes(d.passage().rolling()) + ", rollback: "
                                + yes(d.passage().rollback()) + "; " + d.why()));
    }

    void printVerdict(boolean passes, boolean json) {
        System.out.println(
                json
                        ? Web.mapper()
                                .createObjectNode()
                                .put("passes", passes)
                                .put("verdict", verdict(passes))
                                .toString()
                        : verdict(passes));
    }

    private String verdict(boolean passes) {
        if (differences.isEmpty()) {
            return "Passes: no difference.";
        }
        if (passes) {
            return oneWay().isEmpty() ? "Passes." : "Passes, without a rollback.";
        }
        return closed()
                ? "Refused: it cannot be rolled out while the sale runs."
                : "Refused: there is no rollback; to go nevertheless give --one-way and --why REASON.";
    }

    private static String yes(boolean possible) {
        return possible ? "yes" : "no";
    }

    static ObjectNode json(Difference d) {
        return Web.mapper()
                .createObjectNode()
                .put("what", d.what())
                .put("from", d.from())
                .put("to", d.to())
                .put("rolling", d.passage().rolling())
                .put("rollback", d.passage().rollback())
                .put("why", d.why());
    }
}
