package dev.onsale.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /orders}, and the payment token wherever it is sent. */
record PurchaseRequest(SectionKey section, Purchase purchase) {

    static final int MAX_BODY_BYTES = 16 * 1024;
    static final int MAX_TICKETS = 100;
    private static final int MAX_TOKEN_CHARS = 255;
    private static final Pattern SEAT = Pattern.compile("[A-Z]{1,3}-[1-9][0-9]{0,4}");
    private static final Set<String> MEMBERS =
            Set.of("eventId", "sectionId", "quantity", "seats", "paymentToken", "expectedTotal", "preference");

    /** @throws Problem 400 naming the member that is wrong and what it must be */
    static PurchaseRequest parse(byte[] json) {
        JsonNode body = Json.object(json, MEMBERS);
        SectionKey section = new SectionKey(id(body, "eventId"), id(body, "sectionId"));
        List<String> seats = seats(body.get("seats"));
        return new PurchaseRequest(
                section,
                Purchase.newBuilder()
                        .setSeats(seats)
                        .setQuantity(quantity(body.get("quantity"), seats.size()))
                        .setPreference(preference(body.get("preference")))
                        .setExpectedTotal(expectedTotal(body.get("expectedTotal")))
                        .setPaymentToken(paymentToken(body))
                        .build());
    }

    static String paymentToken(JsonNode body) {
        JsonNode node = body.get("paymentToken");
        String rule = "a string of 1 to " + MAX_TOKEN_CHARS + " characters without control characters: the payment"
                + " gateway's token of the buyer's means of payment";
        if (node == null || !node.isTextual()) {
            throw Problem.invalidField("paymentToken", rule);
        }
        String token = node.textValue();
        if (token.isBlank()
                || token.length() > MAX_TOKEN_CHARS
                || token.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw Problem.invalidField("paymentToken", rule);
        }
        return token;
    }

    private static String id(JsonNode body, String name) {
        JsonNode node = body.get(name);
        if (node == null || !node.isTextual() || !SectionKey.isId(node.textValue())) {
            throw Problem.invalidField(
                    name, "a string of 1 to 64 letters, digits, '.', '_' and '-' that begins with a letter or digit");
        }
        return node.textValue();
    }

    private static List<String> seats(@Nullable JsonNode node) {
        if (node == null) {
            return List.of();
        }
        String rule = "an array of 1 to " + MAX_TICKETS + " different seats such as \"A-1\" (row, hyphen, number)";
        if (!node.isArray() || node.isEmpty() || node.size() > MAX_TICKETS) {
            throw Problem.invalidField("seats", rule);
        }
        List<String> seats = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode seat : node) {
            if (!seat.isTextual() || !SEAT.matcher(seat.textValue()).matches()) {
                throw Problem.invalidField(
                        "seats", rule + "; '" + Json.shortened(seat.asText()) + "' is not the name of a seat");
            }
            if (!seen.add(seat.textValue())) {
                throw Problem.invalidField("seats", rule + "; " + seat.textValue() + " is named twice");
            }
            seats.add(seat.textValue());
        }
        return List.copyOf(seats);
    }

    private static int quantity(@Nullable JsonNode node, int seats) {
        if (node == null) {
            if (seats == 0) {
                throw Problem.invalidField(
                        "quantity", "a whole number from 1 to " + MAX_TICKETS + ", or name seats instead");
            }
            return 0;
        }
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < 1
                || node.intValue() > MAX_TICKETS) {
            throw Problem.invalidField("quantity", "a whole number from 1 to " + MAX_TICKETS);
        }
        if (seats > 0 && node.intValue() != seats) {
            throw Problem.invalidField(
                    "quantity", "the number of seats, which is " + seats + ", or leave it out when naming seats");
        }
        // With named seats the quantity says nothing new, and the same request must have the same content either way.
        return seats > 0 ? 0 : node.intValue();
    }

    private static SeatPreference preference(@Nullable JsonNode node) {
        if (node == null) {
            return SeatPreference.CONTIGUOUS;
        }
        return switch (node.asText()) {
            case "CONTIGUOUS" -> SeatPreference.CONTIGUOUS;
            case "ANY" -> SeatPreference.ANY;
            default -> throw Problem.invalidField("preference", "\"CONTIGUOUS\" or \"ANY\", or leave it out");
        };
    }

    private static @Nullable Long expectedTotal(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw Problem.invalidField(
                    "expectedTotal", "a whole number of minor units, 0 or more, or leave it out to accept any price");
        }
        return node.longValue();
    }
}
