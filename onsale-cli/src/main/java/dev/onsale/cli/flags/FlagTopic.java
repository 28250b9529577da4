package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagJson;
import dev.onsale.release.flags.KnownFlag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topic of flags itself. A change holds in every instance within milliseconds; none of ours needs to be asked. */
final class FlagTopic implements FlagPlace {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final FlagChanges changes;

    FlagTopic(Map<String, Object> kafka) {
        this.changes = new FlagChanges(kafka, TIMEOUT);
    }

    @Override
    public List<JsonNode> all() {
        return List.copyOf(FlagJson.all(changes.latest()));
    }

    @Override
    public JsonNode change(String flag, @Nullable JsonNode definition, String who, String why) {
        JsonNode before = changes.latest().stream()
                .filter(latest -> latest.flag().equals(flag))
                .map(FlagChange::after)
                .findFirst()
                .orElse(null);
        FlagChange change = FlagChange.now(flag, before, definition, who, why);
        changes.write(change);
        ObjectNode json = FlagJson.of(flag, change).put("applied", "EVERYWHERE");
        KnownFlag known = KnownFlag.of(flag);
        if (known == KnownFlag.SALES || known == KnownFlag.PAYMENTS) {
            json.put(
                    "detail",
                    "Services follow at once; only a change by --admin is also told to the sections in the log, which pauses"
                            + " sales for queued purchases, and stops the clocks of holds while nobody can pay.");
        }
        return json;
    }

    @Override
    public void close() {
        changes.close();
    }
}
