package dev.onsale.release.canary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.edge.Edge.Request;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.log.ReleaseEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The entries of a canary in the release log. Each names its canary, which is the id of the first one. */
final class CanaryEntries {

    static final String START = "canary-start";
    static final String EDGE = "canary-edge";
    static final String VERDICT = "canary-verdict";
    static final String STOP = "canary-stop";
    static final String CHECK = "canary-check";

    /** An entry must fit into a message. */
    private static final int REQUESTS_IN_ENTRY = 2_000;

    /** Whoever judges is a program. */
    private static final String JUDGE = "canary judge";

    /** Member that names the change of the flag that was written together with the entry. */
    private static final String CHANGE = "change";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** What {@link #STOP} says: who stopped the canary, and at which share. */
    enum Decision {
        PROMOTE,
        ABORT
    }

    private CanaryEntries() {}

    /** @param edge where the edge's record of requests ended; 0: there is none */
    static ReleaseEntry start(CanaryPlan plan, SaleLog.Position from, long edge, Instant at, String who, String why) {
        String id = UUID.randomUUID().toString();
        ObjectNode details = JSON.createObjectNode().put("canary", id).put("path", plan.path());
        details.set("plan", JSON.valueToTree(plan));
        details.set("from", JSON.valueToTree(from));
        details.put("edgeFrom", edge);
        return new ReleaseEntry(id, at, who, why, START, details);
    }

    /**
     * A verdict, the last of the entries. Those before it say what was seen at the edge since the verdict before, since no topic
     * holds it.
     *
     * @param to up to where the log was read for this verdict
     */
    static List<ReleaseEntry> verdict(
            String canary, CanaryPlan plan, Verdict verdict, SaleLog.Position to, EdgeRecord edge) {
        List<ReleaseEntry> entries = new ArrayList<>();
        List<Request> requests = edge.requests();
        for (int i = 0; i < requests.size(); i += REQUESTS_IN_ENTRY) {
            ObjectNode seen = details(canary, plan);
            seen.set(
                    "requests",
                    JSON.valueToTree(requests.subList(i, Math.min(i + REQUESTS_IN_ENTRY, requests.size()))));
            entries.add(entry(EDGE, seen, "What buyers met at the edge, for the verdict that follows"));
        }
        ObjectNode details = details(canary, plan);
        details.set("judged", JSON.valueToTree(verdict));
        details.set("to", JSON.valueToTree(to));
        details.put("edgeTo", edge.position());
        entries.add(entry(VERDICT, details, verdict.reason()));
        return entries;
    }

    static ReleaseEntry stop(String canary, CanaryPlan plan, Decision decision, String who, String why) {
        ObjectNode details = details(canary, plan).put("decision", decision.name());
        return new ReleaseEntry(UUID.randomUUID().toString(), Instant.now(), who, why, STOP, details);
    }

    static ReleaseEntry check(String canary, CanaryPlan plan, AbortCheck.Finding finding) {
        return entry(CHECK, details(canary, plan).put("effect", finding.effect().name()), finding.sentence());
    }

    /** Has an entry name the change that it is written with; so the changes of others can be told apart. */
    static void name(ReleaseEntry entry, FlagChange change) {
        entry.details().put(CHANGE, change.id());
    }

    static String changeNamed(ReleaseEntry entry) {
        return entry.details().path(CHANGE).asText();
    }

    private static ObjectNode details(String canary, CanaryPlan plan) {
        return JSON.createObjectNode().put("canary", canary).put("path", plan.path());
    }

    private static ReleaseEntry entry(String kind, ObjectNode details, String why) {
        return new ReleaseEntry(UUID.randomUUID().toString(), Instant.now(), JUDGE, why, kind, details);
    }

    static <T> T read(ReleaseEntry entry, String member, Class<T> type) {
        try {
            return JSON.treeToValue(entry.details().path(member), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the entry " + entry.id() + " has another " + member, e);
        }
    }

    static boolean isOf(ReleaseEntry entry, String canary) {
        return entry.details().path("canary").asText().equals(canary);
    }
}
