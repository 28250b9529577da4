package dev.onsale.audit;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by text key, the most recently used ones at hand, all others in a {@link Store}. Values that are changed in place must be
 * {@link #put} again.
 */
final class Table<V> {

    /** Empty: it is known to be absent. */
    private static final class AtHand<V> {
        final String key;
        Optional<V> value;
        /** Whether the store has it, too. */
        boolean written;

        AtHand(String key, Optional<V> value, boolean written) {
            this.key = key;
            this.value = value;
            this.written = written;
        }
    }

    private final Store store;
    private final byte prefix;
    private final Function<V, byte[]> write;
    private final Function<byte[], V> read;
    private final int mostAtHand;
    private final LinkedHashMap<String, AtHand<V>> atHand = new LinkedHashMap<>(1024, 0.75f, true);

    /** The latest, which is mostly asked for again. */
    private @Nullable AtHand<V> latest;

    /**
     * A table that is empty.
     *
     * @param prefix tells the tables of one store apart
     * @param mostAtHand how many values may be in memory
     */
    Table(Store store, char prefix, int mostAtHand, Function<V, byte[]> write, Function<byte[], V> read) {
        this.store = store;
        this.prefix = (byte) prefix;
        this.write = write;
        this.read = read;
        this.mostAtHand = mostAtHand;
    }

    Optional<V> find(String key) {
        AtHand<V> known = atHand(key);
        if (known == null) {
            byte @Nullable [] bytes = store.isUnused() ? null : store.get(bytes(key));
            known = keep(new AtHand<>(key, bytes == null ? Optional.empty() : Optional.of(read.apply(bytes)), true));
        }
        return known.value;
    }

    void put(String key, V value) {
        change(key, Optional.of(value));
    }

    void remove(String key) {
        change(key, Optional.empty());
    }

    private void change(String key, Optional<V> value) {
        AtHand<V> known = atHand(key);
        if (known == null) {
            keep(new AtHand<>(key, value, false));
        } else {
            known.value = value;
            known.written = false;
        }
    }

    private @Nullable AtHand<V> atHand(String key) {
        AtHand<V> known = latest;
        if (known == null || !known.key.equals(key)) {
            known = atHand.get(key);
            latest = known;
        }
        return known;
    }

    private AtHand<V> keep(AtHand<V> fresh) {
        latest = fresh;
        atHand.put(fresh.key, fresh);
        if (atHand.size() > mostAtHand) {
            AtHand<V> eldest = atHand.pollFirstEntry().getValue();
            write(eldest);
        }
        return fresh;
    }

    private void write(AtHand<V> known) {
        if (!known.written) {
            byte[] key = bytes(known.key);
            known.value.ifPresentOrElse(value -> store.put(key, write.apply(value)), () -> store.delete(key));
        }
    }

    /** Every entry, in order of keys; what is put or removed meanwhile does not show. */
    void forEach(BiConsumer<String, V> each) {
        forEach("", each);
    }

    /** The same, of keys that begin with a text. */
    void forEach(String beginning, BiConsumer<String, V> each) {
        if (store.isUnused()) {
            new TreeMap<>(atHand)
                    .tailMap(beginning).entrySet().stream()
                            .takeWhile(entry -> entry.getKey().startsWith(beginning))
                            .forEach(entry ->
                                    entry.getValue().value.ifPresent(value -> each.accept(entry.getKey(), value)));
            return;
        }
        atHand.values().forEach(known -> {
            write(known);
            known.written = true;
        });
        store.forEach(
                bytes(beginning),
                (key, value) ->
                        each.accept(new String(key, 1, key.length - 1, StandardCharsets.UTF_8), read.apply(value)));
    }

    private byte[] bytes(String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[text.length + 1];
        all[0] = prefix;
        System.arraycopy(text, 0, all, 1, text.length);
        return all;
    }
}
