package dev.onsale.orders.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutParserTest {

    private static final String GOOD = """
            event: rock-night            # ids
            name: Rock Night
            currency: EUR
            salesOpen: 2026-12-01T10:00:00Z
            holdSeconds: 300
            maxPerBuyer: 6
            sections:
              - { section: A, rows: 20, seatsPerRow: 25, price: 4500 }
              - { section: STANDING, capacity: 2000, price: 3000 }
            """;

    @Test
    void layout_isRead_asInTheDesign() {
        Layout layout = LayoutParser.parse(GOOD);
        assertEquals("rock-night", layout.event());
        assertEquals(Instant.parse("2026-12-01T10:00:00Z"), layout.salesOpen());
        assertNull(layout.salesClose());
        assertEquals(new Layout.Section("A", 20, 25, 0, 4500), layout.sections().getFirst());
        assertEquals(
                new Layout.Section("STANDING", 0, 0, 2000, 3000),
                layout.sections().getLast());
    }

    @Test
    void layout_isTheSame_asJson() {
        String json = """
                {"event": "rock-night", "name": "Rock Night", "currency": "EUR", "salesOpen": "2026-12-01T10:00:00Z",
                \t"sections": [{"section": "A", "rows": 20, "seatsPerRow": 25, "price": 4500},
                  {"section": "STANDING", "capacity": 2000, "price": 3000}]}
                """;
        assertEquals(LayoutParser.parse(GOOD), LayoutParser.parse(json));
    }

    /** What is replaced by what, and the line and field that are named. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "price: 4500 | price: -1 | 8 | sections[0].price | not -1",
                "price: 4500 | price: 45.00 | 8 | sections[0].price | whole number",
                "price: 4500 | price: [1] | 8 | sections[0].price | whole number",
                ", price: 3000 | `` | 9 | sections[1].price | whole number",
                "capacity | capcity | 9 | sections[1].capcity | capacity, price",
                "maxPerBuyer: 6 | maxTickets: 6 | 6 | maxTickets | is unknown",
                "rock-night | rock/night | 1 | event | letters",
                "currency: EUR | currency: euro | 3 | currency | ISO 4217",
                "2026-12-01T10:00:00Z | tomorrow | 4 | salesOpen | 2026-12-01T10:00:00Z",
                "holdSeconds: 300 | holdSeconds: 0 | 5 | holdSeconds | from 1",
                "holdSeconds: 300 | salesClose: 2026-12-01T09:00:00Z | 5 | salesClose | later",
                "rows: 20 | rows: 4001 | 8 | sections[0].rows | 100000",
                "rows: 20 | rows: 18279 | 8 | sections[0].rows | 18278",
                "capacity: 2000 | capacity: 100001 | 9 | sections[1].capacity | 100000",
                "STANDING | A | 9 | sections[1].section | earlier",
                "capacity: 2000 | capacity: 2000, rows: 3 | 9 | sections[1].capacity | either",
                "seatsPerRow: 25, | `` | 8 | sections[0].seatsPerRow | whole number",
                "sections: | sections: [] # | 8 | `` | YAML",
                "name: Rock Night | name: { a: b } | 2 | name | text",
                "name: Rock Night | event: other | 2 | `` | YAML",
            })
    void layout_isRefused_withLineAndField(String from, String to, int line, String field, String rule) {
        String broken = GOOD.replace(from, to);
        LayoutException refused = assertThrows(LayoutException.class, () -> LayoutParser.parse(broken));
        assertEquals(field, refused.field(), refused.getMessage());
        assertEquals(line, refused.line(), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains(rule), refused.getMessage());
    }

    @Test
    void layout_isRefused_whenItIsNone() {
        for (String text :
                new String[] {"", "just text", "[]", "- a", "a: b\n---\nc: d", "{\"event\":", "a: *b", "\u0000"}) {
            LayoutException refused = assertThrows(LayoutException.class, () -> LayoutParser.parse(text), text);
            assertTrue(refused.line() >= 1, refused.getMessage());
        }
    }
}
