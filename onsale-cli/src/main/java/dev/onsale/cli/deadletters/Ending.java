package dev.onsale.cli.deadletters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.schemas.DeadLetters;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** How a dead letter ended, as it stands in the release log, which is the only place that says so. */
record Ending(How how, Instant at, String who, String why) {

    /** What became of it. */
    enum How {
        /** Its record was sent again. */
        REPAIRED,
        /** Nothing was sent. */
        DROPPED
    }

    private static final String LETTER = "letter";
    private static final String DECISION = "decision";

    /** The latest ending of every dead letter, by its id. */
    static Map<String, Ending> latest(Iterable<ReleaseEntry> log) {
        Map<String, Ending> endings = new TreeMap<>();
        for (ReleaseEntry entry : log) {
            if (entry.kind().equals(DeadLetters.ENDED)) {
                How how =
                        entry.details().path(DECISION).asText().equals(How.DROPPED.name()) ? How.DROPPED : How.REPAIRED;
                endings.put(
                        entry.details().path(LETTER).asText(), new Ending(how, entry.at(), entry.who(), entry.why()));
            }
        }
        return endings;
    }

    static ReleaseEntry dropped(Letter letter, String who, String why) {
        return entry(letter, How.DROPPED, who, why, JsonNodeFactory.instance.objectNode());
    }

    /** @param details more members, which the audit reads */
    static ReleaseEntry repaired(Letter letter, String who, String why, ObjectNode details) {
        return entry(letter, How.REPAIRED, who, why, details);
    }

    private static ReleaseEntry entry(Letter letter, How how, String who, String why, ObjectNode details) {
        details.put(LETTER, letter.id()).put("problem", letter.problem()).put(DECISION, how.name());
        return new ReleaseEntry(
                UUID.randomUUID().toString(), Instant.now(), who.strip(), why.strip(), DeadLetters.ENDED, details);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("how", how.name())
                .put("at", at.toString())
                .put("who", who)
                .put("why", why);
    }

    @Override
    public String toString() {
        return how.name().toLowerCase(Locale.ROOT) + " " + at + " by " + who + ": " + why;
    }
}
