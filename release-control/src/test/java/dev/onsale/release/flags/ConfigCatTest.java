package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** ConfigCat by its CDN's {@code config_v6.json}. */
final class ConfigCatTest extends ManagedServiceContract {

    ConfigCatTest() {
        super(new Server(), "configcat.properties", true);
    }

    private static final class Server extends VendorServer {

        private static final int IS_ONE_OF = 0;

        Server() {
            super("configcat-sdk-1/0000000000000000000000/0000000000000000000000");
        }

        @Override
        boolean shows(HttpExchange exchange, String key) {
            return exchange.getRequestURI().getPath().equals("/configuration-files/" + key + "/config_v6.json");
        }

        @Override
        int refusal() {
            return 404;
        }

        @Override
        void answer(HttpExchange exchange) throws IOException {
            sendFlags(exchange, document());
        }

        private ObjectNode document() {
            ObjectNode document = JSON.createObjectNode();
            document.putObject("p").put("s", "c2FsdA==");
            ObjectNode settings = document.putObject("f");
            flags.forEach((name, said) -> {
                ObjectNode setting = settings.putObject(name);
                switch (said) {
                    case Switch(boolean on) ->
                        setting.put("t", 0).putObject("v").put("b", on);
                    case For(String buyer) -> {
                        text(setting.put("t", 1), "stable");
                        ObjectNode rule = setting.putArray("r").addObject();
                        ObjectNode condition = rule.putArray("c").addObject().putObject("u");
                        condition
                                .put("a", "Identifier")
                                .put("c", IS_ONE_OF)
                                .putArray("l")
                                .add(buyer);
                        text(rule.putObject("s"), "candidate");
                    }
                    case Share(int percent) -> {
                        text(setting.put("t", 1), "stable");
                        text(setting.withArray("p").addObject().put("p", percent), "candidate");
                        text(setting.withArray("p").addObject().put("p", 100 - percent), "stable");
                    }
                }
            });
            return document;
        }

        private static void text(ObjectNode holder, String value) {
            holder.putObject("v").put("s", value);
        }
    }
}
