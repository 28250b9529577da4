package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Answer;
import dev.onsale.cli.http.Web;
import dev.onsale.runtime.OperatorError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin port of one instance of order-service. A change holds there at once, also while the broker is away. */
public final class AdminPort implements FlagPlace {

    private static final String PATH = "/admin/flags";

    private final Web web;
    private final Map<String, String> headers;

    /** @param token empty: none */
    public AdminPort(String url, String token) {
        this.web = new Web(url, "--admin");
        this.headers = token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token);
    }

    @Override
    public List<JsonNode> all() {
        List<JsonNode> flags = new ArrayList<>();
        answered(web.get(PATH, headers)).path("flags").forEach(flags::add);
        return flags;
    }

    @Override
    public JsonNode change(String flag, @Nullable JsonNode definition, String who, String why) {
        ObjectNode body = Web.mapper()
                .createObjectNode()
                .put("name", flag)
                .put("who", who)
                .put("why", why);
        body.set("definition", definition);
        return answered(web.put(PATH, headers, body.toString()));
    }

    private static JsonNode answered(Answer answer) {
        if (!answer.ok()) {
            throw new OperatorError(answer.problem());
        }
        return answer.body();
    }

    @Override
    public void close() {
        web.close();
    }
}
