package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Flagsmith by the environment document that its server-side SDKs evaluate. */
final class FlagsmithTest extends ManagedServiceContract {

    FlagsmithTest() {
        super(new Server(), "flagsmith.properties", true);
    }

    private static final class Server extends VendorServer {

        private static final String KEY = "ser.change-me";

        Server() {
            super(KEY);
        }

        @Override
        boolean shows(HttpExchange exchange, String key) {
            return key.equals(exchange.getRequestHeaders().getFirst("X-Environment-Key"));
        }

        @Override
        int refusal() {
            return 403;
        }

        @Override
        void answer(HttpExchange exchange) throws IOException {
            if (exchange.getRequestURI().getPath().equals("/api/v1/environment-document/")) {
                send(exchange, 200, document());
            } else {
                send(exchange, 404, JSON.createObjectNode());
            }
        }

        private ObjectNode document() {
            ObjectNode document = JSON.createObjectNode()
                    .put("id", 1)
                    .put("api_key", KEY)
                    .put("name", "Production")
                    .put("updated_at", "2026-11-25T10:00:00.000000+00:00");
            ObjectNode project = document.putObject("project")
                    .put("id", 1)
                    .put("name", "Tickets")
                    .put("hide_disabled_flags", false);
            project.putObject("organisation")
                    .put("id", 1)
                    .put("name", "Onsale")
                    .put("feature_analytics", false)
                    .put("stop_serving_flags", false)
                    .put("persist_trait_data", true);
            project.putArray("segments");
            ArrayNode states = document.putArray("feature_states");
            ArrayNode overrides = document.putArray("identity_overrides");
            flags.forEach((name, said) -> {
                switch (said) {
                    case Switch(boolean on) -> state(states, name, null, on);
                    case For(String buyer) -> {
                        state(states, name, "stable", true);
                        ObjectNode override = overrides
                                .addObject()
                                .put("identifier", buyer)
                                .put("environment_api_key", KEY)
                                .put("identity_uuid", uuid(buyer))
                                .put("created_date", "2026-11-25T10:00:00.000000+00:00");
                        override.putArray("identity_traits");
                        state(override.putArray("identity_features"), name, "candidate", true);
                    }
                    case Share(int percent) -> {
                        ArrayNode values =
                                state(states, name, "stable", true).withArray("multivariate_feature_state_values");
                        ObjectNode value = values.addObject()
                                .put("id", 1)
                                .put("mv_fs_value_uuid", uuid(name + "-candidate"))
                                .put("percentage_allocation", (double) percent);
                        value.putObject("multivariate_feature_option")
                                .put("id", 1)
                                .put("value", "candidate");
                    }
                }
            });
            return document;
        }

        private static ObjectNode state(ArrayNode states, String flag, @Nullable String value, boolean enabled) {
            ObjectNode state = states.addObject()
                    .put("id", states.size())
                    .put("django_id", states.size())
                    .put("featurestate_uuid", uuid(flag + "=" + value))
                    .put("enabled", enabled)
                    .put("feature_state_value", value);
            state.putNull("feature_segment");
            state.putArray("multivariate_feature_state_values");
            state.putObject("feature")
                    .put("id", Math.floorMod(flag.hashCode(), 1_000_000))
                    .put("name", flag)
                    .put("type", "STANDARD");
            return state;
        }

        private static String uuid(String of) {
            return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)).toString();
        }
    }
}
