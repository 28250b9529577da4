package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.Receipt;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecodedTest {

    private static Decoded decoded(byte @Nullable [] value) {
        return Decoded.of(value, PinnedSchemas.released());
    }

    @Test
    void purchase_isReadWhole_butForItsToken() {
        Decoded decoded = decoded(Samples.purchase("ada", "r1"));

        assertEquals("Purchase", decoded.kind());
        assertEquals("rock-night/A", decoded.section());
        assertEquals(Requests.orderId("ada", "r1"), decoded.order());
        assertEquals("dev.onsale.wire.Command", decoded.json().path("schema").asText());
        assertEquals(1, decoded.json().at("/fields/payload/Purchase/quantity").asInt());
        assertTrue(decoded.json().at("/fields/payload/Purchase/expectedTotal").isNull());
        assertFalse(decoded.json().has("unread"));
        assertFalse(decoded.json().toString().contains("pm_card_visa"));
    }

    @Test
    void paymentRequest_isReadWhole() {
        Decoded decoded =
                decoded(Samples.PAYMENTS.toBytes(Samples.payment(PaymentOperation.CAPTURE, new Receipt(3, 7L))));

        assertEquals("CAPTURE", decoded.kind());
        assertEquals("rock-night/A", decoded.section());
        assertEquals("o1", decoded.order());
        assertEquals(7, decoded.json().at("/fields/receipt/offset").asInt());
    }

    @Test
    void cutPurchase_isReadUpToTheCut() {
        byte[] whole = Samples.purchase("ada", "r1");

        Decoded decoded = decoded(Arrays.copyOf(whole, whole.length - 3));

        assertEquals("Purchase", decoded.kind());
        assertEquals(Requests.orderId("ada", "r1"), decoded.order());
        assertEquals(1, decoded.json().at("/fields/payload/Purchase/quantity").asInt());
        assertTrue(decoded.json().path("unread").asText().contains("paymentToken"), decoded.toString());
    }

    @Test
    void byteTooMany_isSaid() {
        byte[] whole = Samples.purchase("ada", "r1");

        Decoded decoded = decoded(Arrays.copyOf(whole, whole.length + 1));

        assertEquals("Purchase", decoded.kind());
        assertTrue(decoded.json().path("unread").asText().contains("left over"), decoded.toString());
    }

    @Test
    void valueWithoutSchema_isShownByItsFirstBytes() {
        Decoded unknown = decoded(new byte[] {0, 0, 0, 0, 99, 1});
        assertEquals(99, unknown.json().path("schemaId").asInt());
        assertEquals("000000006301", unknown.json().path("hex").asText());
        assertTrue(unknown.json().path("unread").asText().contains("no schema has id 99"), unknown.toString());
        assertFalse(unknown.json().has("text"));

        Decoded text = decoded("{\"eventId\":\"rock-night\"}".getBytes(UTF_8));
        assertEquals("{\"eventId\":\"rock-night\"}", text.json().path("text").asText());
        assertEquals("", text.kind() + text.section() + text.order());

        Decoded nothing = decoded(null);
        assertTrue(nothing.json().path("unread").asText().contains("no value"), nothing.toString());
    }

    @Test
    void anyBytes_areShown_withoutAnException() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed + " of changed bytes");
        var random = new SplittableRandom(seed);
        int partly = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] value = Samples.purchase("ada", "r1");
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                value[random.nextInt(5, value.length)] = (byte) random.nextInt();
            }
            Decoded decoded = decoded(value);
            String shown = decoded.kind() + decoded.section() + decoded.order();
            partly += decoded.json().has("unread") && !shown.isEmpty() ? 1 : 0;
        }
        assertTrue(partly > 100, "only " + partly + " were shown in part; seed " + seed);
    }
}
