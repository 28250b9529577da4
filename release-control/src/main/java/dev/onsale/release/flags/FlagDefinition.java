package dev.onsale.release.flags;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.runtime.OperatorError;
import dev.openfeature.contrib.providers.flagd.resolver.process.model.FlagParser;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Definitions of flags: flagd's JSON, checked before it is written, and the ones that are made here. */
public final class FlagDefinition {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> STATES = Set.of("ENABLED", "DISABLED");
    private static final Set<String> CANARY_VARIANTS = Set.of(KnownFlag.STABLE, KnownFlag.CANDIDATE_VARIANT);

    private FlagDefinition() {}

    /** A kill switch that is on, or killed. */
    public static JsonNode ofSwitch(boolean on) {
        ObjectNode definition = JSON.createObjectNode().put("state", "ENABLED");
        definition.putObject("variants").put("on", true).put("off", false);
        return definition.put("defaultVariant", on ? "on" : "off");
    }

    /**
     * A canary for a share of the buyers. It is the same buyers every time: a share that grows keeps those it had, since the
     * candidate takes the lower end of the buckets.
     *
     * @param percent from 0 to 100
     * @throws OperatorError when it is no percentage
     */
    public static JsonNode ofShare(int percent) {
        if (percent < 0 || percent > 100) {
            throw new OperatorError("The share is " + percent + " but must be a percentage from 0 to 100.");
        }
        ObjectNode definition = JSON.createObjectNode().put("state", "ENABLED");
        definition
                .putObject("variants")
                .put(KnownFlag.STABLE, KnownFlag.STABLE)
                .put(KnownFlag.CANDIDATE_VARIANT, KnownFlag.CANDIDATE_VARIANT);
        // Hashing cannot be trusted with the ends: everybody and nobody are said outright.
        if (percent == 0 || percent == 100) {
            return definition.put("defaultVariant", percent == 0 ? KnownFlag.STABLE : KnownFlag.CANDIDATE_VARIANT);
        }
        definition.put("defaultVariant", KnownFlag.STABLE);
        var buckets = definition.putObject("targeting").putArray("fractional");
        buckets.addArray().add(KnownFlag.CANDIDATE_VARIANT).add(percent);
        buckets.addArray().add(KnownFlag.STABLE).add(100 - percent);
        return definition;
    }

    /** A flag's definition as somebody wrote it. @throws OperatorError saying what is wrong with it */
    public static JsonNode parse(String flag, String text) {
        try {
            JsonNode definition = JSON.readTree(text);
            requireValid(flag, definition);
            return definition;
        } catch (JsonProcessingException e) {
            throw wrong(flag, "is not JSON (" + e.getOriginalMessage() + ")");
        }
    }

    /**
     * Checks that a definition can be evaluated to what its flag is read as.
     *
     * @throws OperatorError saying what is wrong with it
     */
    public static void requireValid(String flag, JsonNode definition) {
        Kind kind = KnownFlag.of(flag).kind();
        if (!definition.isObject()) {
            throw wrong(flag, "must be one JSON object with state, variants and defaultVariant");
        }
        if (!STATES.contains(definition.path("state").asText())) {
            throw wrong(flag, "must have a state of ENABLED or DISABLED");
        }
        JsonNode variants = definition.path("variants");
        if (!variants.isObject() || variants.isEmpty()) {
            throw wrong(flag, "must have variants, such as " + (kind == Kind.SWITCH ? ofSwitch(true) : ofShare(0)));
        }
        for (Map.Entry<String, JsonNode> variant : variants.properties()) {
            requireType(flag, kind, variant.getKey(), variant.getValue());
        }
        String defaultVariant = definition.path("defaultVariant").asText();
        if (!variants.has(defaultVariant)) {
            throw wrong(flag, "must name one of its variants as defaultVariant, but names '" + defaultVariant + "'");
        }
        definition.findValues("fractional").forEach(fractional -> requireBuckets(flag, fractional, variants));
        requireFlagdTakesIt(flag, definition);
    }

    private static void requireType(String flag, Kind kind, String variant, JsonNode value) {
        boolean fits = switch (kind) {
            case SWITCH -> value.isBoolean();
            case CANARY -> value.isTextual() && CANARY_VARIANTS.contains(value.textValue());
        };
        if (!fits) {
            throw wrong(
                    flag,
                    "must give its variant " + variant + " a value of "
                            + (kind == Kind.SWITCH ? "true or false" : "\"stable\" or \"candidate\"") + ", not "
                            + value);
        }
    }

    private static void requireBuckets(String flag, JsonNode fractional, JsonNode variants) {
        for (JsonNode bucket : fractional) {
            JsonNode variant = bucket.path(0);
            if (variant.isTextual() && !variants.has(variant.textValue())) {
                throw wrong(flag, "gives a fraction to " + variant + ", which is none of its variants");
            }
        }
    }

    private static void requireFlagdTakesIt(String flag, JsonNode definition) {
        try {
            FlagParser.parseString(flagSet(Map.of(flag, definition)), true);
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(flag, "is not as flagd's schema wants it (" + firstOf(String.valueOf(e.getMessage())) + ")");
        }
    }

    /** flagd lists a complaint for every type of flag that it could have been; the first is enough. */
    private static String firstOf(String message) {
        List<String> complaints = List.of(message.split(", \\$", 2));
        return complaints
                .getFirst()
                .replace("Invalid flag configuration: [", "")
                .replaceFirst("]$", "");
    }

    private static OperatorError wrong(String flag, String problem) {
        return new OperatorError("The definition of " + flag + " " + problem + ".");
    }

    /** Flags in the form that flagd reads. */
    static String flagSet(Map<String, JsonNode> definitions) {
        ObjectNode set = JSON.createObjectNode();
        set.putObject("flags").setAll(definitions);
        return set.toString();
    }
}
