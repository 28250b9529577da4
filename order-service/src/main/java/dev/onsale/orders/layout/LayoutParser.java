package dev.onsale.orders.layout;

import dev.onsale.schemas.SectionKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a layout from YAML or JSON; see {@code examples/}. */
public final class LayoutParser {

    /** Most seats, or tickets of general admission, in one section. */
    public static final int MAX_TICKETS = 100_000;

    /** A buyer names a seat by a row of at most three letters, so ZZZ is the last row. */
    private static final int MAX_ROWS = 26 + 26 * 26 + 26 * 26 * 26;

    private static final int MAX_SECTIONS = 500;
    private static final int MAX_NAME_CHARS = 200;
    private static final int MAX_PRICE = 1_000_000_000;
    private static final int MAX_HOLD_SECONDS = 86_400;
    private static final int DEFAULT_HOLD_SECONDS = 300;
    private static final int DEFAULT_MAX_PER_BUYER = 6;
    private static final int MOST_PER_BUYER = 100;

    private static final Set<String> FIELDS =
            Set.of("event", "name", "currency", "salesOpen", "salesClose", "holdSeconds", "maxPerBuyer", "sections");
    private static final Set<String> SECTION_FIELDS = Set.of("section", "rows", "seatsPerRow", "capacity", "price");

    private LayoutParser() {}

    /** @throws LayoutException naming the first line and field that is wrong, and what it must be */
    public static Layout parse(String text) {
        Reader layout = Reader.of(Located.parse(text), "", FIELDS);
        String event = layout.id("event");
        Instant opens = layout.time("salesOpen");
        Instant closes = layout.time("salesClose");
        if (opens != null && closes != null && !closes.isAfter(opens)) {
            throw layout.wrong("salesClose", "must be later than salesOpen");
        }
        return new Layout(
                event,
                layout.name(event),
                layout.currency(),
                opens,
                closes,
                layout.number("holdSeconds", 1, MAX_HOLD_SECONDS, DEFAULT_HOLD_SECONDS),
                layout.number("maxPerBuyer", 1, MOST_PER_BUYER, DEFAULT_MAX_PER_BUYER),
                sections(layout));
    }

    private static List<Layout.Section> sections(Reader layout) {
        if (!(layout.fields.members().get("sections") instanceof Located.Items(List<Located> items, int line))
                || items.isEmpty()
                || items.size() > MAX_SECTIONS) {
            throw layout.wrong("sections", "must be a list of 1 to " + MAX_SECTIONS + " sections");
        }
        Set<String> ids = new HashSet<>();
        List<Layout.Section> sections = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Reader reader = Reader.of(items.get(i), "sections[" + i + "].", SECTION_FIELDS);
            Layout.Section section = section(reader);
            if (!ids.add(section.section())) {
                throw reader.wrong("section", "'" + section.section() + "' stands for an earlier section already");
            }
            sections.add(section);
        }
        return sections;
    }

    private static Layout.Section section(Reader reader) {
        String id = reader.id("section");
        int price = reader.number("price", 1, MAX_PRICE, null);
        boolean numbered = reader.has("rows") || reader.has("seatsPerRow");
        if (numbered == reader.has("capacity")) {
            throw reader.wrong(
                    numbered ? "capacity" : "section",
                    "give a section either rows and seatsPerRow, or a capacity for general admission");
        }
        if (!numbered) {
            return new Layout.Section(id, 0, 0, reader.number("capacity", 1, MAX_TICKETS, null), price);
        }
        int rows = reader.number("rows", 1, MAX_ROWS, null);
        int seatsPerRow = reader.number("seatsPerRow", 1, MAX_TICKETS - 1, null);
        if ((long) rows * seatsPerRow > MAX_TICKETS) {
            throw reader.wrong(
                    "rows",
                    rows + " rows of " + seatsPerRow + " seats are more than " + MAX_TICKETS
                            + "; divide them into several sections");
        }
        return new Layout.Section(id, rows, seatsPerRow, 0, price);
    }

    /** Reads the fields of one object. */
    private record Reader(Located.Fields fields, String prefix) {

        static Reader of(Located node, String prefix, Set<String> known) {
            if (!(node instanceof Located.Fields fields)) {
                String names = String.join(", ", new TreeSet<>(known));
                throw new LayoutException(
                        node.line(),
                        prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1),
                        "must have the fields " + names);
            }
            fields.members().forEach((name, value) -> {
                if (!known.contains(name)) {
                    throw new LayoutException(
                            value.line(),
                            prefix + name,
                            "is unknown; the fields are " + String.join(", ", new TreeSet<>(known)));
                }
            });
            return new Reader(fields, prefix);
        }

        boolean has(String name) {
            return fields.members().containsKey(name);
        }

        LayoutException wrong(String name, String rule) {
            Located node = fields.members().get(name);
            return new LayoutException(node == null ? fields.line() : node.line(), prefix + name, rule);
        }

        /** The text of a field; null when there is no such field. */
        private @Nullable String text(String name, String rule) {
            Located node = fields.members().get(name);
            if (node == null) {
                return null;
            }
            if (node instanceof Located.Scalar(String text, int line) && text != null) {
                return text;
            }
            throw wrong(name, rule);
        }

        String id(String name) {
            String rule = "must be 1 to 64 letters, digits, '.', '_' and '-' and begin with a letter or digit";
            String text = text(name, rule);
            if (text == null || !SectionKey.isId(text)) {
                throw wrong(name, rule);
            }
            return text;
        }

        String name(String otherwise) {
            String rule = "must be a text of 1 to " + MAX_NAME_CHARS + " characters";
            String text = text("name", rule);
            if (text == null) {
                return otherwise;
            }
            if (text.isBlank() || text.length() > MAX_NAME_CHARS || text.chars().anyMatch(Character::isISOControl)) {
                throw wrong("name", rule);
            }
            return text;
        }

        String currency() {
            String rule = "must be an ISO 4217 code such as EUR";
            String text = text("currency", rule);
            if (text == null
                    || Currency.getAvailableCurrencies().stream()
                            .noneMatch(currency -> currency.getCurrencyCode().equals(text))) {
                throw wrong("currency", rule);
            }
            return text;
        }

        @Nullable
        Instant time(String name) {
            String rule = "must be a time such as 2026-12-01T10:00:00Z";
            String text = text(name, rule);
            try {
                // Events and commands carry milliseconds.
                return text == null
                        ? null
                        : Instant.ofEpochMilli(Instant.parse(text).toEpochMilli());
            } catch (DateTimeParseException | ArithmeticException e) {
                throw wrong(name, rule);
            }
        }

        /** @param otherwise null: the field is required */
        int number(String name, int least, int most, @Nullable Integer otherwise) {
            String rule = "must be a whole number from " + least + " to " + most;
            String text = text(name, rule);
            if (text == null && otherwise != null) {
                return otherwise;
            }
            try {
                int number = text == null ? least - 1 : Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw wrong(name, rule + (text == null ? "" : ", not " + shortened(text)));
        }

        private static String shortened(String text) {
            return text.length() <= 40 ? text : text.substring(0, 40) + "…";
        }
    }
}
