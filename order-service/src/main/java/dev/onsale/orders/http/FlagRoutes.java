package dev.onsale.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.FlagJson;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.KnownFlag.Kind;
import dev.onsale.release.flags.Outcome;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The calls of operators about flags. They work while the broker is away: a change then holds in this instance, and is
 * written once the broker is back.
 */
final class FlagRoutes {

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final Set<String> MEMBERS = Set.of("name", "definition", "state", "who", "why");

    private final Flags flags;
    private final KillSwitches switches;
    private final AdminAccess access;

    FlagRoutes(Flags flags, KillSwitches switches, AdminAccess access) {
        this.flags = flags;
        this.switches = switches;
        this.access = access;
    }

    void register(Router router) {
        router.on("GET", "/admin/flags", this::list).on("PUT", "/admin/flags", access.authorized(this::change));
    }

    /** Every flag, whether or not it was ever changed. */
    private void list(Call call) {
        List<FlagChange> latest = flags.latest();
        Map<String, FlagChange> changes = latest.stream().collect(Collectors.toMap(FlagChange::flag, change -> change));
        List<ObjectNode> all = FlagJson.all(latest);
        all.forEach(json -> addState(json, changes.get(json.path("name").asText())));
        call.status(200).set("Cache-Control", "no-store").json(Map.of("live", flags.live(), "flags", all));
    }

    /** What only a running instance knows. */
    private ObjectNode addState(ObjectNode json, @Nullable FlagChange change) {
        String name = json.path("name").asText();
        if (KnownFlag.of(name).kind() == Kind.SWITCH) {
            json.put("state", switches.killed().contains(name) ? "OFF" : "ON");
        }
        if (change != null) {
            json.put("applied", flags.hereOnly(change) ? "HERE" : "EVERYWHERE");
        }
        return json;
    }

    private void change(Call call) throws InterruptedException {
        JsonNode body = Json.object(call.body(MAX_BODY_BYTES, "application/json"), MEMBERS);
        FlagChange change = change(body);
        Outcome outcome = flags.change(change);
        ObjectNode json = addState(FlagJson.of(change.flag(), change), change);
        switch (outcome) {
            case Outcome.Everywhere() -> call.status(200);
            case Outcome.HereOnly(String reason) -> {
                call.status(202);
                json.put(
                        "detail",
                        "It holds in this instance only, so make the same call to every other one. It is written for all,"
                                + " and logged, when the broker is back. " + reason);
            }
        }
        call.json(json);
    }

    /** @throws Problem 400 saying what is wrong with the change */
    private FlagChange change(JsonNode body) {
        try {
            String name = text(body, "name");
            KnownFlag known = KnownFlag.of(name);
            return FlagChange.now(
                    name, flags.definition(name), definition(body, known), text(body, "who"), text(body, "why"));
        } catch (OperatorError e) {
            throw Problem.badRequest("invalid-flag", "The change is not valid", String.valueOf(e.getMessage()));
        }
    }

    /** null removes the definition. */
    private static @Nullable JsonNode definition(JsonNode body, KnownFlag flag) {
        if (body.has("definition") == body.has("state")) {
            throw Problem.invalidField("definition or state", "one of the two");
        }
        if (body.has("definition")) {
            return body.path("definition").isNull() ? null : body.path("definition");
        }
        String state = text(body, "state");
        if (flag.kind() != Kind.SWITCH || !Set.of("ON", "OFF").contains(state)) {
            throw Problem.invalidField("state", "\"ON\" or \"OFF\" of a kill switch; other flags need a definition");
        }
        return FlagDefinition.ofSwitch(state.equals("ON"));
    }

    private static String text(JsonNode body, String member) {
        JsonNode value = body.path(member);
        if (!value.isTextual()) {
            throw Problem.invalidField(member, "a string");
        }
        return value.textValue();
    }
}
