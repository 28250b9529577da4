package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestGoldenTest {

    /** Made with {@code printf 'ada\ntry-1' | sha256sum | cut -c1-32} and the like. */
    @ParameterizedTest
    @CsvSource({
        "ada,try-1,d193c1598781249fb82f9a8c6669b4af",
        "buyer-2,6f1c2b6e-4f0e-4f29-9d2e-0e0a6d1b7c55,f6c86a9a892005b2ddce056da884d560",
        "a@example.com,~!#$%,2daec1d9abeb78b89e87ec3207564738"
    })
    void orderId_isTheCheckedInOne(String buyer, String requestId, String orderId) {
        assertEquals(orderId, Requests.orderId(buyer, requestId));
    }

    @ParameterizedTest
    @MethodSource("noIdentities")
    void orderId_isRefused_whenAnIdentityIsNone(String buyer, String requestId, String named) {
        var refused = assertThrows(IllegalArgumentException.class, () -> Requests.orderId(buyer, requestId));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(named), refused.getMessage());
    }

    static Stream<Arguments> noIdentities() {
        return Stream.of(
                arguments("", "try-1", "buyer"),
                arguments("ada lovelace", "try-1", "buyer"),
                // A line break would make two different pairs the same text.
                arguments("ada\nx", "try-1", "buyer"),
                arguments("ada\n", "try-1", "buyer"),
                arguments("größe", "try-1", "buyer"),
                arguments("a".repeat(129), "try-1", "buyer"),
                arguments("ada", "", "requestId"),
                arguments("ada", "x".repeat(129), "requestId"));
    }

    /** Made with {@code printf 'rock-night\nA\n2\nA-1,A-2\nANY\n9000\npm_card_visa' | sha256sum | cut -c1-16}. */
    @Test
    void hash_isTheCheckedInOne() {
        assertEquals(0x88343c05e22eb051L, Requests.hash(Samples.header(), Samples.purchase()));
    }

    /** Made with {@code printf 'rock-night\nA\n3\n\nCONTIGUOUS\n\npm_card_visa' | sha256sum | cut -c1-16}. */
    @Test
    void hash_isTheCheckedInOne_whenSeatsAreLeftToUs() {
        assertEquals(
                0x8de4a1fde92fb267L,
                Requests.hash(
                        Samples.header(), new Purchase(3, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa")));
    }

    @Test
    void hash_isTheSame_whenQuantityOnlyRepeatsTheNumberOfSeats() {
        Purchase counted = Samples.purchase();
        counted.setQuantity(2);
        assertEquals(Requests.hash(Samples.header(), Samples.purchase()), Requests.hash(Samples.header(), counted));
    }

    static Stream<Arguments> otherRequests() {
        return Stream.of(
                arguments(header("rock-night", "B"), purchase(2, List.of(), SeatPreference.ANY, 9000L, "t")),
                arguments(header("jazz-night", "A"), purchase(2, List.of(), SeatPreference.ANY, 9000L, "t")),
                arguments(header("rock-night", "A"), purchase(3, List.of(), SeatPreference.ANY, 9000L, "t")),
                arguments(header("rock-night", "A"), purchase(2, List.of("A-1"), SeatPreference.ANY, 9000L, "t")),
                arguments(header("rock-night", "A"), purchase(2, List.of(), SeatPreference.CONTIGUOUS, 9000L, "t")),
                arguments(header("rock-night", "A"), purchase(2, List.of(), SeatPreference.ANY, null, "t")),
                arguments(header("rock-night", "A"), purchase(2, List.of(), SeatPreference.ANY, 9000L, "u")));
    }

    @ParameterizedTest
    @MethodSource("otherRequests")
    void hash_isAnother_whenSomethingElseIsAskedFor(CommandHeader header, Purchase purchase) {
        long one = Requests.hash(header("rock-night", "A"), purchase(2, List.of(), SeatPreference.ANY, 9000L, "t"));
        assertNotEquals(one, Requests.hash(header, purchase));
    }

    private static CommandHeader header(String event, String section) {
        CommandHeader header = Samples.header();
        header.setEventId(event);
        header.setSectionId(section);
        return header;
    }

    private static Purchase purchase(
            int quantity,
            List<String> seats,
            SeatPreference preference,
            @org.jspecify.annotations.Nullable Long total,
            String token) {
        return new Purchase(quantity, seats, preference, total, token);
    }
}
