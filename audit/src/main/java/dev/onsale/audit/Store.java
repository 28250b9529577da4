package dev.onsale.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * A scratch database, so that an audit needs the same little memory however many orders there are.
 * Gone when closed.
 */
final class Store implements AutoCloseable {

    /** How names of their folders begin. */
    static final String SCRATCH = "scratch-";

    private static final long MEBIBYTE = 1024L * 1024;

    private final Path folder;
    private final BloomFilter bloom = new BloomFilter(10);
    private final LRUCache cache = new LRUCache(16 * MEBIBYTE);
    private final Options options;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final RocksDB database;

    private Store(Path folder) throws RocksDBException {
        this.folder = folder;
        this.options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(16 * MEBIBYTE)
                .setMaxWriteBufferNumber(2)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
        this.database = RocksDB.open(options, folder.toString());
    }

    /** @param parent gets a folder with the database */
    static Store open(Path parent) {
        RocksDB.loadLibrary();
        try {
            return new Store(Files.createTempDirectory(parent, SCRATCH));
        } catch (IOException | RocksDBException e) {
            throw Work.unusable(parent, e);
        }
    }

    Path folder() {
        return folder;
    }

    RocksDB database() {
        return database;
    }

    WriteOptions unlogged() {
        return unlogged;
    }

    @Override
    public void close() {
        database.close();
        unlogged.close();
        options.close();
        cache.close();
        bloom.close();
        try {
            Work.delete(folder);
        } catch (IOException e) {
            throw Work.unusable(folder, e);
        }
    }
}
