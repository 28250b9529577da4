package dev.onsale.orders.layout;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON or YAML as a tree whose nodes know their lines. */
sealed interface Located {

    Pattern PLACE = Pattern.compile("line (\\d{1,9}), column");

    int line();

    /** The fields stand in the order of the text. */
    record Fields(Map<String, Located> members, int line) implements Located {}

    record Items(List<Located> items, int line) implements Located {}

    /** Anything that has no parts; null stands for nothing. */
    record Scalar(@Nullable String text, int line) implements Located {}

    /** @throws LayoutException when it is neither */
    static Located parse(String text) {
        // JSON is YAML, but for tabs; and a JSON parser says better what is wrong with JSON.
        boolean json = text.stripLeading().startsWith("{");
        JsonFactory factory = json
                ? JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build()
                : YAMLFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new LayoutException(1, "", "the layout is empty; see examples/ for one");
            }
            Located root = node(parser);
            if (parser.nextToken() != null) {
                throw new LayoutException(line(parser), "", "a layout is one document; leave out what follows it");
            }
            return root;
        } catch (JacksonException e) {
            throw unreadable(e, json ? "JSON" : "YAML");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The YAML parser tells where the block began and where it went wrong; the latter is the last place it names. */
    private static LayoutException unreadable(JacksonException e, String language) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        Matcher places = PLACE.matcher(e.getOriginalMessage());
        while (places.find()) {
            line = Integer.parseInt(places.group(1));
        }
        String what = e.getOriginalMessage()
                .lines()
                .filter(text -> !text.isBlank() && !text.startsWith(" "))
                .map(text -> text.strip())
                .collect(Collectors.joining(": "));
        return new LayoutException(line, "", "this is not valid " + language + " (" + what + ")");
    }

    private static Located node(JsonParser parser) throws IOException {
        int line = line(parser);
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Located> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    int fieldLine = line(parser);
                    parser.nextToken();
                    Located value = node(parser);
                    members.put(
                            name,
                            value instanceof Scalar(String text, int ignored) ? new Scalar(text, fieldLine) : value);
                }
                yield new Fields(members, line);
            }
            case START_ARRAY -> {
                List<Located> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser));
                }
                yield new Items(items, line);
            }
            case VALUE_NULL -> new Scalar(null, line);
            default -> new Scalar(parser.getText(), line);
        };
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
