package dev.onsale.schemas;

import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Purchase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The two fixed functions of a request that the edge, the decider and the API gateway compute alike: which order it is,
 * and what it asks for.
 */
public final class Requests {

    private static final int MAX_IDENTITY_LENGTH = 128;

    private Requests() {}

    /**
     * The order of a buyer's request: the first 16 bytes of {@code SHA-256(buyer + "\n" + requestId)} in lower-case hex.
     *
     * @throws IllegalArgumentException when either is no {@linkplain #isIdentity identity}
     */
    public static String orderId(String buyer, String requestId) {
        requireIdentity("buyer", buyer);
        requireIdentity("requestId", requestId);
        return HexFormat.of().formatHex(sha256(buyer + "\n" + requestId), 0, 16);
    }

    /**
     * What a purchase asks for, as the first 8 bytes of a SHA-256: the same for a repeated request, another one when the
     * request id is used again for something else.
     */
    public static long hash(CommandHeader header, Purchase purchase) {
        int quantity = purchase.getSeats().isEmpty()
                ? purchase.getQuantity()
                : purchase.getSeats().size();
        Long expectedTotal = purchase.getExpectedTotal();
        return ByteBuffer.wrap(sha256(String.join(
                        "\n",
                        header.getEventId(),
                        header.getSectionId(),
                        Integer.toString(quantity),
                        String.join(",", purchase.getSeats()),
                        purchase.getPreference().name(),
                        expectedTotal == null ? "" : expectedTotal.toString(),
                        purchase.getPaymentToken())))
                .getLong();
    }

    /** Whether a text can name a buyer or a request: 1 to 128 visible ASCII characters. */
    public static boolean isIdentity(String text) {
        if (text.isEmpty() || text.length() > MAX_IDENTITY_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '!' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static void requireIdentity(String name, String value) {
        if (!isIdentity(value)) {
            throw new IllegalArgumentException(name + " must be 1 to 128 visible ASCII characters, but is "
                    + value.length() + " characters: '" + value.substring(0, Math.min(value.length(), 40)) + "'");
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
