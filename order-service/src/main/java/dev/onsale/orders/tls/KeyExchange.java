package dev.onsale.orders.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a connection agreed on its keys, read from what the server sent: neither the JDK nor Conscrypt tells. What is needed of it is
 * not encrypted, neither in TLS 1.3 (RFC 8446) nor in 1.2 (RFC 8422).
 */
public final class KeyExchange {

    private static final int RECORD_HANDSHAKE = 22;
    private static final int RECORD_CHANGE_CIPHER_SPEC = 20;
    private static final int SERVER_HELLO = 2;
    private static final int SERVER_KEY_EXCHANGE = 12;
    private static final int RANDOM_BYTES = 32;
    private static final int KEY_SHARE = 51;
    private static final int NAMED_CURVE = 3;
    /** Instead of a random number: the client is to send another key first. */
    private static final byte[] HELLO_RETRY =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    /** Numbers and names as registered with IANA. */
    private static final Map<Integer, String> NAMES = Map.of(
            0x11ec, "X25519MLKEM768",
            0x11eb, "SecP256r1MLKEM768",
            0x11ed, "SecP384r1MLKEM1024",
            0x0202, "MLKEM1024",
            0x001d, "X25519",
            0x0017, "P-256",
            0x0018, "P-384",
            0x0019, "P-521");

    private static final Set<Integer> QUANTUM_SAFE = Set.of(0x11ec, 0x11eb, 0x11ed, 0x0202);

    private KeyExchange() {}

    /**
     * The group's number.
     *
     * @param fromServer the first bytes that the server sent, at least until the client knew its certificate
     * @return empty: there was no group, as when a session is resumed without one, or keys are agreed on by RSA alone
     */
    public static OptionalInt group(byte[] fromServer) {
        ByteBuffer messages = ByteBuffer.wrap(inTheClear(ByteBuffer.wrap(fromServer)));
        try {
            while (messages.hasRemaining()) {
                int type = messages.get();
                ByteBuffer message = part(messages, messages.get() & 0xff, messages.getShort() & 0xffff);
                OptionalInt group = switch (type) {
                    case SERVER_HELLO -> keyShare(message);
                    case SERVER_KEY_EXCHANGE ->
                        message.get() == NAMED_CURVE
                                ? OptionalInt.of(message.getShort() & 0xffff)
                                : OptionalInt.empty();
                    default -> OptionalInt.empty();
                };
                if (group.isPresent()) {
                    return group;
                }
            }
        } catch (BufferUnderflowException e) {
            // It ended before it told.
        }
        return OptionalInt.empty();
    }

    private static byte[] inTheClear(ByteBuffer records) {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        while (records.remaining() > 5) {
            int type = records.get();
            records.getShort();
            int length = Math.min(records.getShort() & 0xffff, records.remaining());
            byte[] content = new byte[length];
            records.get(content);
            if (type == RECORD_HANDSHAKE) {
                messages.writeBytes(content);
            } else if (type != RECORD_CHANGE_CIPHER_SPEC) {
                break;
            }
        }
        return messages.toByteArray();
    }

    private static ByteBuffer part(ByteBuffer from, int high, int low) {
        int length = (high << 16) + low;
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static OptionalInt keyShare(ByteBuffer hello) {
        hello.getShort();
        byte[] random = new byte[RANDOM_BYTES];
        hello.get(random);
        part(hello, 0, hello.get() & 0xff);
        hello.getShort();
        hello.get();
        if (!hello.hasRemaining() || Arrays.equals(random, HELLO_RETRY)) {
            return OptionalInt.empty();
        }
        ByteBuffer extensions = part(hello, 0, hello.getShort() & 0xffff);
        while (extensions.hasRemaining()) {
            int type = extensions.getShort();
            ByteBuffer extension = part(extensions, 0, extensions.getShort() & 0xffff);
            if (type == KEY_SHARE) {
                return OptionalInt.of(extension.getShort() & 0xffff);
            }
        }
        return OptionalInt.empty();
    }

    /** For people: the name, where it is known, and the number, such as {@code X25519MLKEM768 (0x11ec)}. */
    public static String name(int group) {
        return NAMES.getOrDefault(group, "group") + " (0x" + HexFormat.of().toHexDigits((short) group) + ")";
    }

    /** Whether what was recorded stays secret from quantum computers, as far as is known. */
    public static boolean isQuantumSafe(int group) {
        return QUANTUM_SAFE.contains(group);
    }
}
