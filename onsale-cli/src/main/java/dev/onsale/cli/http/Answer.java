package dev.onsale.cli.http;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a server answered.
 *
 * @param status HTTP status code
 * @param etag the answer's entity tag; empty: none
 * @param body the JSON body; missing when there is none
 */
public record Answer(int status, String etag, JsonNode body) {

    public boolean ok() {
        return status / 100 == 2;
    }

    /** A member of the body as text; empty when it is absent. */
    public String text(String member) {
        return body.path(member).asText("");
    }

    /** What a problem says: its title and its detail, in one line. */
    public String problem() {
        String detail = text("detail");
        String title = text("title");
        return detail.isEmpty() ? (title.isEmpty() ? "HTTP status " + status : title) : detail;
    }
}
