package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * A scratch database in a temporary folder, so that an audit needs the same little memory however many orders there are.
 * Gone when closed.
 */
final class Store implements AutoCloseable {

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

    static Store open() {
        RocksDB.loadLibrary();
        try {
            return new Store(Files.createTempDirectory("onsale-audit-"));
        } catch (IOException | RocksDBException e) {
            throw new OperatorError(
                    "The audit cannot write to the temporary folder " + System.getProperty("java.io.tmpdir") + " ("
                            + e.getMessage() + "); make room there, or choose another one with -Djava.io.tmpdir.",
                    e);
        }
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
