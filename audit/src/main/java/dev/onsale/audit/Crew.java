package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Does the pieces of an audit's work, several at a time, and takes up what came out of them in their order, so that the outcome does
 * not depend on who was faster.
 */
final class Crew {

    /** A piece of work. It knows nothing of others, and does the same whenever it is done. */
    @FunctionalInterface
    interface Piece {

        /**
         * Does it.
         *
         * @param findings what it finds
         * @param reader what it reads by
         * @param rows gets what others are to know
         */
        void work(Findings findings, Reader reader, RowFile rows) throws IOException;
    }

    private final Work work;
    private final Reader reader;
    private final Supplier<Findings> empty;
    private final int threads;
    private final Findings findings;
    private final List<Inputs.Partition> inputs = new ArrayList<>();
    /** Of pieces that are done, where their rows stand. */
    private final Map<Path, List<Long>> rows = new LinkedHashMap<>();

    /** @param empty findings of a piece that has not begun */
    Crew(Work work, Reader reader, Supplier<Findings> empty, int threads) {
        this.work = work;
        this.reader = reader;
        this.empty = empty;
        this.threads = threads;
        this.findings = empty.get();
    }

    /**
     * Does what is not done yet.
     *
     * @param pieces by name
     * @return false: the limit of bytes was reached on the way
     */
    boolean all(SequencedMap<String, Piece> pieces) {
        boolean whole = true;
        Map<Path, List<Long>> ends = new LinkedHashMap<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            SequencedMap<String, Future<Part>> under = new LinkedHashMap<>();
            pieces.forEach((name, piece) -> under.put(name, workers.submit(() -> part(name, piece))));
            try {
                for (Map.Entry<String, Future<Part>> each : under.entrySet()) {
                    Part part = each.getValue().get();
                    findings.add(part.found());
                    inputs.addAll(part.inputs());
                    ends.put(work.rowsOf(each.getKey()), part.buckets());
                    whole &= !part.cut();
                }
            } catch (ExecutionException | InterruptedException e) {
                reader.stop();
                workers.shutdownNow();
                throw failure(e);
            }
        }
        rows.putAll(ends);
        return whole;
    }

    private static RuntimeException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new OperatorError("The audit was interrupted.", e);
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }

    private Part part(String name, Piece piece) {
        Part before = work.done(name).orElse(null);
        if (before != null) {
            before.inputs().forEach(reader::skip);
            reader.tell(name);
            return before;
        }
        Findings found = empty.get();
        Reader own = reader.another();
        try (RowFile rows = work.rows(name)) {
            piece.work(found, own, rows);
            var part = new Part(found.soFar(), own.inputs().partitions(), rows.end(), false);
            work.note(name, part);
            return part;
        } catch (Reader.LimitReached e) {
            return new Part(found.soFar(), own.inputs().partitions(), List.of(), true);
        } catch (UncheckedIOException | IOException e) {
            throw Work.unusable(work.folder(), e);
        }
    }

    /** Rows of a bucket that were written before the pieces that are being done, in the order of the pieces that wrote them. */
    void rows(int bucket, Consumer<Row> each) throws IOException {
        for (Map.Entry<Path, List<Long>> written : rows.entrySet()) {
            RowFile.read(written.getKey(), written.getValue(), bucket, each);
        }
    }

    /** What all pieces that are done have found. */
    Findings findings() {
        return findings;
    }

    /** What was read for them, and by the reader itself. */
    Inputs inputs() {
        List<Inputs.Partition> all = new ArrayList<>(reader.inputs().partitions());
        all.addAll(inputs);
        return new Inputs(all);
    }
}
