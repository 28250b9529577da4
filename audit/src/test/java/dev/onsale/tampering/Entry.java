package dev.onsale.tampering;

import java.util.ArrayList;
import java.util.List;

/** A record as it stands in a topic, but for its offset, which is its place in the {@link RawLog}. */
public record Entry(long atMillis, String key, List<Byte> value) {

    /** In place of a record that was taken away, so that those after it keep their offsets. */
    public static final Entry GONE = of(0, "", new byte[0]);

    public static Entry of(long atMillis, String key, byte[] value) {
        List<Byte> bytes = new ArrayList<>(value.length);
        for (byte each : value) {
            bytes.add(each);
        }
        return new Entry(atMillis, key, bytes);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[value.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = value.get(i);
        }
        return bytes;
    }

    public boolean gone() {
        return equals(GONE);
    }
}
