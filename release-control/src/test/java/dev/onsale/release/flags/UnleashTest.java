package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Unleash by its client API, {@code GET /api/client/features}. */
final class UnleashTest extends ManagedServiceContract {

    UnleashTest() {
        super(new Server(), "unleash.properties", true);
    }

    private static final class Server extends VendorServer {

        Server() {
            super("default:production.change-me");
        }

        @Override
        boolean shows(HttpExchange exchange, String key) {
            return key.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        }

        @Override
        void answer(HttpExchange exchange) throws IOException {
            switch (exchange.getRequestURI().getPath()) {
                case "/api/client/features" -> sendFlags(exchange, document());
                case "/api/client/register", "/api/client/metrics" -> send(exchange, 202, JSON.createObjectNode());
                default -> send(exchange, 404, JSON.createObjectNode());
            }
        }

        private ObjectNode document() {
            ObjectNode document = JSON.createObjectNode().put("version", 2);
            ArrayNode features = document.putArray("features");
            flags.forEach((name, said) -> {
                ObjectNode feature = features.addObject()
                        .put("name", name)
                        .put("type", "release")
                        .put("project", "default")
                        .put("enabled", !said.equals(new Switch(false)))
                        .put("stale", false)
                        .put("impressionData", false);
                feature.putArray("variants");
                ArrayNode strategies = feature.putArray("strategies");
                switch (said) {
                    case Switch _ -> strategy(strategies, name);
                    case For(String buyer) -> {
                        ObjectNode one = strategy(strategies, name);
                        one.withArray("constraints")
                                .addObject()
                                .put("contextName", "userId")
                                .put("operator", "IN")
                                .withArray("values")
                                .add(buyer);
                        variant(one, "candidate", 1000);
                        variant(strategy(strategies, name), "stable", 1000);
                    }
                    case Share(int percent) -> {
                        ObjectNode all = strategy(strategies, name);
                        variant(all, "candidate", 10 * percent);
                        variant(all, "stable", 1000 - 10 * percent);
                    }
                }
            });
            document.putArray("segments");
            return document;
        }

        /** A gradual rollout to everybody. */
        private static ObjectNode strategy(ArrayNode strategies, String flag) {
            ObjectNode strategy = strategies.addObject().put("name", "flexibleRollout");
            strategy.putObject("parameters")
                    .put("rollout", "100")
                    .put("stickiness", "default")
                    .put("groupId", flag);
            strategy.putArray("constraints");
            strategy.putArray("variants");
            return strategy;
        }

        private static void variant(ObjectNode strategy, String name, int weight) {
            ObjectNode variant = strategy.withArray("variants")
                    .addObject()
                    .put("name", name)
                    .put("weight", weight)
                    .put("weightType", "variable")
                    .put("stickiness", "default");
            variant.putObject("payload").put("type", "string").put("value", name);
        }
    }
}
