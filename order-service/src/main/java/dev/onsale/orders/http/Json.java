package dev.onsale.orders.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** JSON as it comes in, strictly, and as it goes out. */
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();

    private Json() {}

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An object that has no members but these.
     *
     * @throws Problem 400 when it is not JSON, no object, or has another member
     */
    static JsonNode object(byte[] body, Set<String> members) {
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            // Not the parser's words, which may repeat what was sent, such as a payment token without quotes.
            JsonLocation at = e.getLocation();
            throw malformed(
                    at == null
                            ? "it ends too early"
                            : "look at line " + at.getLineNr() + ", column " + at.getColumnNr());
        } catch (IOException e) {
            throw malformed("it cannot be read");
        }
        if (node == null || !node.isObject()) {
            throw malformed("it is not an object");
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw Problem.badRequest(
                        "unknown-field",
                        "A member is unknown",
                        "Leave out '" + shortened(name) + "'; the members are "
                                + String.join(", ", members.stream().sorted().toList()) + ".");
            }
        });
        return node;
    }

    private static Problem malformed(String why) {
        return Problem.badRequest(
                "malformed-json", "The body is not valid JSON", "Send one JSON object in UTF-8 (" + why + ").");
    }

    /** What a caller sent, short enough to be sent back. */
    static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
