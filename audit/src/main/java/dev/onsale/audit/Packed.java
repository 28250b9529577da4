package dev.onsale.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Values written one after the other into bytes that grow. They are read from a {@link ByteBuffer}, in the same order. */
final class Packed {

    private byte[] bytes;
    private ByteBuffer buffer;

    Packed(int sizeBytes) {
        bytes = new byte[sizeBytes];
        buffer = ByteBuffer.wrap(bytes);
    }

    private ByteBuffer room(int more) {
        if (buffer.remaining() < more) {
            int used = buffer.position();
            bytes = Arrays.copyOf(bytes, Math.max(used + more, 2 * bytes.length));
            buffer = ByteBuffer.wrap(bytes).position(used);
        }
        return buffer;
    }

    Packed put(byte value) {
        room(Byte.BYTES).put(value);
        return this;
    }

    Packed put(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    Packed put(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** Of any length, which stands before them in 4 bytes. */
    Packed put(byte[] value) {
        room(Integer.BYTES + value.length).putInt(value.length).put(value);
        return this;
    }

    /** The same without their length. */
    Packed putAll(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    Packed put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    int size() {
        return buffer.position();
    }

    /** What was put so far; it changes with what is put next. */
    ByteBuffer written() {
        return ByteBuffer.wrap(bytes, 0, size());
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size());
    }

    void clear() {
        buffer.clear();
    }

    static byte[] bytes(ByteBuffer from) {
        byte[] value = new byte[from.getInt()];
        from.get(value);
        return value;
    }

    static String text(ByteBuffer from) {
        int length = from.getInt();
        String text = new String(from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
        from.position(from.position() + length);
        return text;
    }
}
