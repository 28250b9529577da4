package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Values by text key in a {@link Store}, the most recently used ones at hand. Values that are changed in place must be
 * {@link #put} again.
 */
final class Table<V> {

    private static final int AT_HAND = 32 * 1024;

    /** @param written whether the store has it, too */
    private record AtHand<V>(Optional<V> value, boolean written) {}

    private final Store store;
    private final byte prefix;
    private final Function<V, byte[]> write;
    private final Function<byte[], V> read;
    /** A value that is empty is known to be absent. */
    private final LinkedHashMap<String, AtHand<V>> atHand = new LinkedHashMap<>(1024, 0.75f, true);

    /** @param prefix tells the tables of one store apart */
    Table(Store store, char prefix, Function<V, byte[]> write, Function<byte[], V> read) {
        this.store = store;
        this.prefix = (byte) prefix;
        this.write = write;
        this.read = read;
    }

    Optional<V> find(String key) {
        AtHand<V> known = atHand.get(key);
        if (known != null) {
            return known.value();
        }
        try {
            byte @Nullable [] bytes = store.database().get(bytes(key));
            Optional<V> found = bytes == null ? Optional.empty() : Optional.of(read.apply(bytes));
            keep(key, new AtHand<>(found, true));
            return found;
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    void put(String key, V value) {
        keep(key, new AtHand<>(Optional.of(value), false));
    }

    void remove(String key) {
        keep(key, new AtHand<>(Optional.empty(), false));
    }

    private void keep(String key, AtHand<V> value) {
        atHand.put(key, value);
        if (atHand.size() > AT_HAND) {
            Map.Entry<String, AtHand<V>> eldest = atHand.firstEntry();
            atHand.remove(eldest.getKey());
            write(eldest.getKey(), eldest.getValue());
        }
    }

    private void write(String key, AtHand<V> known) {
        if (known.written()) {
            return;
        }
        try {
            if (known.value().isPresent()) {
                byte[] value = write.apply(known.value().get());
                store.database().put(store.unlogged(), bytes(key), value);
            } else {
                store.database().delete(store.unlogged(), bytes(key));
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    /** Every entry, in order of keys; what is put or removed meanwhile does not show. */
    void forEach(BiConsumer<String, V> each) {
        atHand.forEach(this::write);
        atHand.clear();
        try (Slice end = new Slice(new byte[] {(byte) (prefix + 1)});
                ReadOptions options = new ReadOptions().setIterateUpperBound(end);
                RocksIterator entries = store.database().newIterator(options)) {
            for (entries.seek(new byte[] {prefix}); entries.isValid(); entries.next()) {
                byte[] key = entries.key();
                each.accept(
                        new String(Arrays.copyOfRange(key, 1, key.length), StandardCharsets.UTF_8),
                        read.apply(entries.value()));
            }
            entries.status();
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private byte[] bytes(String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[text.length + 1];
        all[0] = prefix;
        System.arraycopy(text, 0, all, 1, text.length);
        return all;
    }

    private OperatorError failed(RocksDBException e) {
        return Work.unusable(store.folder(), e);
    }
}
