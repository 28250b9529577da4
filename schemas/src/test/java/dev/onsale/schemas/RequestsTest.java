package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {

    private static final CommandHeader HEADER = new CommandHeader("", "rock-night", "A", "r1", "", "ada", Map.of());

    private static Purchase purchase(int quantity, List<String> seats, String token) {
        return new Purchase(quantity, seats, SeatPreference.CONTIGUOUS, null, token);
    }

    /** Computed by {@code printf 'ada\nr1' | sha256sum}: gateways in other languages rely on it. */
    @Test
    void orderId_isTheGoldenOne() {
        assertEquals("870ae742fd79d4284859bcaef63f8b79", Requests.orderId("ada", "r1"));
    }

    @Test
    void orderId_differs_forAnotherBuyerWithTheSameKey() {
        assertNotEquals(Requests.orderId("ada", "r1"), Requests.orderId("bob", "r1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "tab\t", "new\nline", "ümlaut"})
    void identity_isRefused_whenItIsNotVisibleAscii(String text) {
        assertThrows(IllegalArgumentException.class, () -> Requests.orderId(text, "r1"));
        assertThrows(IllegalArgumentException.class, () -> Requests.orderId("ada", text));
    }

    @Test
    void hash_isTheSame_whetherOrNotTheNumberOfNamedSeatsIsGiven() {
        assertEquals(
                Requests.hash(HEADER, purchase(0, List.of("A-1", "A-2"), "t")),
                Requests.hash(HEADER, purchase(2, List.of("A-1", "A-2"), "t")));
    }

    @Test
    void hash_differs_forOtherContent() {
        long hash = Requests.hash(HEADER, purchase(2, List.of(), "t"));

        assertNotEquals(hash, Requests.hash(HEADER, purchase(3, List.of(), "t")));
        assertNotEquals(hash, Requests.hash(HEADER, purchase(2, List.of(), "u")));
        assertNotEquals(
                hash,
                Requests.hash(CommandHeader.newBuilder(HEADER).setSectionId("B").build(), purchase(2, List.of(), "t")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 12, 97})
    void partition_isTheOneThatJavasProducerChooses(int partitions) {
        for (int i = 0; i < 1_000; i++) {
            var key = new SectionKey("event-" + i, "S" + i % 7);
            byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);

            assertEquals(BuiltInPartitioner.partitionForKey(bytes, partitions), key.partition(partitions));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a/b", "a b", "é"})
    void sectionKey_isRefused_whenAnIdIsOffItsPattern(String id) {
        assertThrows(IllegalArgumentException.class, () -> new SectionKey(id, "A"));
        assertThrows(IllegalArgumentException.class, () -> new SectionKey("e", id));
    }
}
