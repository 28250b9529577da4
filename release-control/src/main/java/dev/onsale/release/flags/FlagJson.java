package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Flags as they are shown to operators. */
public final class FlagJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FlagJson() {}

    /** Every flag that onsale reads, and every event's that was ever changed, in order of names. */
    public static List<ObjectNode> all(List<FlagChange> latest) {
        Map<String, ObjectNode> all = new TreeMap<>();
        Arrays.stream(KnownFlag.values()).forEach(known -> all.put(known.flag(), of(known.flag(), null)));
        latest.forEach(change -> all.put(change.flag(), of(change.flag(), change)));
        return List.copyOf(all.values());
    }

    /**
     * {@code {name, kind, meaning, says, definition, changedAt, who, why}}; the last four are left out when it was never
     * changed, and the definition when it was removed.
     */
    public static ObjectNode of(String name, @Nullable FlagChange change) {
        KnownFlag known = KnownFlag.of(name);
        ObjectNode json = JSON.createObjectNode()
                .put("name", name)
                .put("kind", known.kind().name())
                .put("meaning", known.meaning());
        JsonNode definition = change == null ? null : change.after();
        json.put("says", says(known, definition));
        if (definition != null) {
            json.set("definition", definition);
        }
        if (change != null) {
            json.put("changedAt", change.at().toString())
                    .put("who", change.who())
                    .put("why", change.why());
        }
        return json;
    }

    /**
     * What a definition comes to, in a few words.
     *
     * @param definition JSON's null, or missing: there is none
     */
    public static String says(String flag, JsonNode definition) {
        JsonNode defined = definition.isObject() ? definition : null;
        // The release log outlives flags.
        return KnownFlag.find(flag)
                .map(known -> says(known, defined))
                .orElse(defined == null ? "nothing" : defined.toString());
    }

    private static String says(KnownFlag flag, @Nullable JsonNode definition) {
        boolean isSwitch = flag.kind() == KnownFlag.Kind.SWITCH;
        if (definition == null || definition.path("state").asText().equals("DISABLED")) {
            return (isSwitch ? "on" : KnownFlag.STABLE) + " by default";
        }
        JsonNode targeting = definition.path("targeting");
        if (targeting.isEmpty()) {
            JsonNode value = definition
                    .path("variants")
                    .path(definition.path("defaultVariant").asText());
            return isSwitch ? (value.asBoolean() ? "on" : "killed") : value.asText();
        }
        for (int percent = 1; !isSwitch && percent < 100; percent++) {
            if (definition.equals(FlagDefinition.ofShare(percent))) {
                return KnownFlag.CANDIDATE_VARIANT + " " + percent + " %";
            }
        }
        return "by rule";
    }
}
