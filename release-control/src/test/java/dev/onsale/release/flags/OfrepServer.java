package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** The OpenFeature Remote Evaluation Protocol, which flagd, GO Feature Flag's relay proxy and others speak. */
final class OfrepServer extends VendorServer {

    private static final String PATH = "/ofrep/v1/evaluate/flags/";

    OfrepServer(String key) {
        super(key);
    }

    @Override
    boolean shows(HttpExchange exchange, String key) {
        return ("Bearer " + key).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    @Override
    void answer(HttpExchange exchange) throws IOException {
        String flag = exchange.getRequestURI().getPath().substring(PATH.length());
        String buyer = JSON.readTree(exchange.getRequestBody())
                .at("/context/targetingKey")
                .asText();
        ObjectNode answer = JSON.createObjectNode().put("key", flag);
        Said said = flags.get(flag);
        if (said == null) {
            send(exchange, 404, answer.put("errorCode", "FLAG_NOT_FOUND"));
            return;
        }
        answer.put("reason", "TARGETING_MATCH").put("variant", "v");
        switch (said) {
            case Switch(boolean on) -> answer.put("value", on);
            case For(String one) -> answer.put("value", buyer.equals(one) ? "candidate" : "stable");
            case Share(int percent) ->
                answer.put("value", Math.floorMod(buyer.hashCode(), 100) < percent ? "candidate" : "stable");
        }
        send(exchange, 200, answer);
    }
}
