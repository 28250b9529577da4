package dev.onsale.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteOptions;

/**
 * A scratch database, so that an audit needs the same little memory however many orders there are. It is made when something is first
 * put there, and gone when closed.
 */
final class Store implements AutoCloseable {

    /** How names of their folders begin. */
    static final String SCRATCH = "scratch-";

    private static final long MEBIBYTE = 1024L * 1024;

    /** A database that is open, with what it needs. */
    private static final class Opened {
        final Path folder;
        /** Most of what is asked for was never put there, and asking this takes a tenth of asking the database. */
        final Bloom put = new Bloom();

        final LRUCache cache = new LRUCache(16 * MEBIBYTE);
        final Options options;
        final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
        final RocksDB database;

        Opened(Path folder) throws RocksDBException {
            this.folder = folder;
            this.options = new Options()
                    .setCreateIfMissing(true)
                    .setWriteBufferSize(16 * MEBIBYTE)
                    .setMaxWriteBufferNumber(2)
                    .setCompressionType(CompressionType.NO_COMPRESSION)
                    .setAvoidFlushDuringShutdown(true)
                    .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
            this.database = RocksDB.open(options, folder.toString());
        }

        void close() throws IOException {
            database.close();
            unlogged.close();
            options.close();
            cache.close();
            Work.delete(folder);
        }
    }

    private final Path parent;
    private @Nullable Opened opened;

    /** @param parent gets a folder with the database */
    Store(Path parent) {
        this.parent = parent;
    }

    private Opened open() throws RocksDBException, IOException {
        Opened now = opened;
        if (now == null) {
            RocksDB.loadLibrary();
            now = new Opened(Files.createTempDirectory(parent, SCRATCH));
            opened = now;
        }
        return now;
    }

    /** Whether nothing was ever put there. */
    boolean isUnused() {
        return opened == null;
    }

    /** Null: there is no such key. */
    byte @Nullable [] get(byte[] key) {
        Opened now = opened;
        try {
            return now == null || !now.put.mayHave(key) ? null : now.database.get(key);
        } catch (RocksDBException e) {
            throw Work.unusable(parent, e);
        }
    }

    void put(byte[] key, byte[] value) {
        try {
            Opened now = open();
            now.put.add(key);
            now.database.put(now.unlogged, key, value);
        } catch (RocksDBException | IOException e) {
            throw Work.unusable(parent, e);
        }
    }

    void delete(byte[] key) {
        Opened now = opened;
        try {
            if (now != null && now.put.mayHave(key)) {
                now.database.delete(now.unlogged, key);
            }
        } catch (RocksDBException e) {
            throw Work.unusable(parent, e);
        }
    }

    /** Every entry whose key begins with some bytes, in order of keys; what is put or removed meanwhile does not show. */
    void forEach(byte[] beginning, BiConsumer<byte[], byte[]> each) {
        Opened now = opened;
        if (now == null) {
            return;
        }
        byte[] behind = beginning.clone();
        behind[behind.length - 1]++;
        try (Slice end = new Slice(behind);
                ReadOptions upToEnd = new ReadOptions().setIterateUpperBound(end);
                RocksIterator entries = now.database.newIterator(upToEnd)) {
            for (entries.seek(beginning); entries.isValid(); entries.next()) {
                each.accept(entries.key(), entries.value());
            }
            entries.status();
        } catch (RocksDBException e) {
            throw Work.unusable(parent, e);
        }
    }

    @Override
    public void close() {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            throw Work.unusable(parent, e);
        }
    }
}
