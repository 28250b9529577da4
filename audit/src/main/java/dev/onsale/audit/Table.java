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

    private static final int AT_HAND = 4096;

    private final Store store;
    private final byte prefix;
    private final Function<V, byte[]> write;
    private final Function<byte[], V> read;
    /** Empty: known to be absent. */
    private final LinkedHashMap<String, Optional<V>> atHand = new LinkedHashMap<>(AT_HAND * 2, 0.75f, true);
    /** Keys at hand whose value the store does not have yet. */
    private final Map<String, Boolean> unwritten = new java.util.HashMap<>();

    /** @param prefix tells the tables of one store apart */
    Table(Store store, char prefix, Function<V, byte[]> write, Function<byte[], V> read) {
        this.store = store;
        this.prefix = (byte) prefix;
        this.write = write;
        this.read = read;
    }

    Optional<V> find(String key) {
        Optional<V> known = atHand.get(key);
        if (known != null) {
            return known;
        }
        try {
            byte @Nullable [] bytes = store.database().get(bytes(key));
            Optional<V> found = bytes == null ? Optional.empty() : Optional.of(read.apply(bytes));
            keep(key, found);
            return found;
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    void put(String key, V value) {
        unwritten.put(key, true);
        keep(key, Optional.of(value));
    }

    void remove(String key) {
        unwritten.put(key, true);
        keep(key, Optional.empty());
    }

    private void keep(String key, Optional<V> value) {
        atHand.put(key, value);
        if (atHand.size() > AT_HAND) {
            Map.Entry<String, Optional<V>> eldest = atHand.firstEntry();
            atHand.remove(eldest.getKey());
            if (unwritten.remove(eldest.getKey()) != null) {
                write(eldest.getKey(), eldest.getValue());
            }
        }
    }

    private void write(String key, Optional<V> value) {
        try {
            if (value.isPresent()) {
                store.database().put(store.unlogged(), bytes(key), write.apply(value.get()));
            } else {
                store.database().delete(store.unlogged(), bytes(key));
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    /** Every entry, in order of keys; what is put or removed meanwhile does not show. */
    void forEach(BiConsumer<String, V> each) {
        atHand.forEach((key, value) -> {
            if (unwritten.containsKey(key)) {
                write(key, value);
            }
        });
        unwritten.clear();
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

    private static OperatorError failed(RocksDBException e) {
        return new OperatorError(
                "The audit cannot use the temporary folder " + System.getProperty("java.io.tmpdir") + " ("
                        + e.getMessage() + "); make room there, or choose another one with -Djava.io.tmpdir.",
                e);
    }
}
