package dev.onsale.orders.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onsale.orders.layout.LayoutException;
import dev.onsale.orders.layout.LayoutParser;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a body holds, it is understood, or refused with what is wrong. The first byte says what it is read as. */
class BodiesFuzz {

    static Stream<Arguments> seeds() {
        return Stream.of("""
                        o{"eventId":"e","sectionId":"A","quantity":2,"paymentToken":"t","expectedTotal":9000}""", """
                        o{"eventId":"e","sectionId":"A","seats":["A-1","AA-12"],"paymentToken":"t"}""", """
                        l{"event":"e","currency":"EUR","sections":[{"section":"A","capacity":2,"price":1}]}""", """
                        levent: e
                        currency: EUR
                        salesOpen: 2026-12-01T10:00:00Z
                        sections:
                          - { section: A, rows: 2, seatsPerRow: 3, price: 4500 }
                        """).map(text -> Arguments.arguments((Object) text.getBytes(UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3s")
    void body_isUnderstoodOrRefused(byte[] input) {
        read(input);
    }

    @Tag("long")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1h")
    void body_isUnderstoodOrRefused_forAnHour(byte[] input) {
        read(input);
    }

    private static void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        try {
            if (input[0] == 'l') {
                LayoutParser.parse(new String(body, UTF_8));
            } else {
                PurchaseRequest.parse(body);
            }
        } catch (Problem | LayoutException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("refused without a reason", e);
            }
        }
    }
}
