package dev.onsale.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows that one piece of work has written, parted into buckets by order: all that is known of an order is in the same
 * bucket of every file. Rows of a bucket are read in the order in which they were added.
 *
 * <p>Rows of a bucket are collected to a chunk, and chunks are written one after the other, each with the position of the one before
 * in its bucket. So a file is written from the start to the end, with little memory for each bucket.
 */
final class RowFile implements AutoCloseable {

    private static final int BUFFERS_BYTES = 2 * 1024 * 1024;
    private static final int LEAST_CHUNK_BYTES = 4 * 1024;
    private static final int MOST_CHUNK_BYTES = 64 * 1024;
    private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;
    private static final long NONE = -1;

    /** What is collected of one bucket. */
    private static final class Chunk {
        final Packed rows = new Packed(LEAST_CHUNK_BYTES);
        long before = NONE;
    }

    private final Path path;
    private final @Nullable Chunk[] chunks;
    private final int chunkBytes;
    private final boolean lasting;
    /** Open from the first chunk on. */
    private @Nullable FileChannel file;

    private long position;

    /**
     * @param buckets how many there are; {@link #aside} is one more
     * @param lasting whether it must outlast a loss of power when it is closed
     */
    RowFile(Path path, int buckets, boolean lasting) {
        this.path = path;
        this.chunks = new Chunk[buckets + 1];
        this.chunkBytes = Math.clamp(BUFFERS_BYTES / (buckets + 1), LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES);
        this.lasting = lasting;
    }

    /** @param orderId whose bucket it goes to */
    void add(String orderId, Row row) {
        add(Math.floorMod(spread(orderId.hashCode()), buckets()), row);
    }

    /** To every bucket. */
    void addToAll(Row row) {
        for (int bucket = 0; bucket < buckets(); bucket++) {
            add(bucket, row);
        }
    }

    /** To no bucket of orders, but a last one. */
    void aside(Row row) {
        add(buckets(), row);
    }

    private int buckets() {
        return chunks.length - 1;
    }

    private static int spread(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x45d9f3b;
        return mixed ^ (mixed >>> 16);
    }

    private void add(int bucket, Row row) {
        try {
            Chunk chunk = chunks[bucket];
            if (chunk == null) {
                chunk = new Chunk();
                chunks[bucket] = chunk;
            }
            row.write(chunk.rows);
            if (chunk.rows.size() >= chunkBytes) {
                write(chunk);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Chunk chunk) throws IOException {
        FileChannel to = file;
        if (to == null) {
            to = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            file = to;
        }
        ByteBuffer[] all = {
            ByteBuffer.allocate(HEAD_BYTES)
                    .putLong(chunk.before)
                    .putInt(chunk.rows.size())
                    .flip(),
            chunk.rows.written()
        };
        chunk.before = position;
        position += HEAD_BYTES + chunk.rows.size();
        while (all[1].hasRemaining()) {
            to.write(all);
        }
        chunk.rows.clear();
    }

    /**
     * Writes what was collected.
     *
     * @return by bucket, where its last chunk stands, which is what it takes to {@link #read} it; empty: there is no row
     */
    List<Long> end() throws IOException {
        for (Chunk chunk : chunks) {
            if (chunk != null && chunk.rows.size() > 0) {
                write(chunk);
            }
        }
        if (file == null) {
            return List.of();
        }
        if (lasting) {
            file.force(true);
        }
        return Arrays.stream(chunks)
                .map(chunk -> chunk == null ? NONE : chunk.before)
                .toList();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /**
     * Reads the rows of a bucket, in order.
     *
     * @param ends as {@link #end} returned them
     */
    static void read(Path path, List<Long> ends, int bucket, Consumer<Row> each) throws IOException {
        long last = ends.isEmpty() ? NONE : ends.get(bucket);
        if (last == NONE) {
            return;
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            Deque<Long> positions = new ArrayDeque<>();
            for (long at = last; at != NONE; at = read(file, at, HEAD_BYTES).getLong()) {
                positions.push(at);
            }
            for (long at : positions) {
                int length = read(file, at, HEAD_BYTES).getInt(Long.BYTES);
                ByteBuffer rows = read(file, at + HEAD_BYTES, length);
                while (rows.hasRemaining()) {
                    each.accept(Row.read(rows));
                }
            }
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("it ends too early");
            }
        }
        return bytes.flip();
    }
}
