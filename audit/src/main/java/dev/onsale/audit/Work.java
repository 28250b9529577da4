package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which an audit works: what does not fit into memory and, if it is to outlast a stop, what came out of each piece that
 * is done. A piece is done when {@code NAME.json} is there, which is written when its rows are on the disk.
 */
final class Work implements AutoCloseable {

    private static final String PLAN = "plan.json";
    /** Locked by who works there. */
    private static final String LOCK = "lock";
    /** How names of files end that are not whole yet. */
    private static final String FRESH = ".new";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Plan plan;
    /** Null: it is a temporary folder. */
    private final @Nullable FileChannel lock;

    private Work(Path folder, Plan plan, @Nullable FileChannel lock) {
        this.folder = folder;
        this.plan = plan;
        this.lock = lock;
    }

    /** In a temporary folder, which goes when it is closed. */
    static Work passing(Plan plan) {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return new Work(Files.createTempDirectory(parent, "onsale-audit-"), plan, null);
        } catch (IOException e) {
            throw unusable(parent, e);
        }
    }

    /**
     * In a folder that stays until the audit is {@link #finished}.
     *
     * @param begin plans an audit that was not begun here
     * @param check refuses a plan that cannot be gone on with
     * @throws OperatorError when something else is in the folder, or it cannot be written
     */
    static Work kept(Path folder, Supplier<Plan> begin, Consumer<Plan> check) {
        try {
            Files.createDirectories(folder);
            Path planned = folder.resolve(PLAN);
            boolean begun = Files.exists(planned);
            if (!begun
                    && list(folder).stream()
                            .anyMatch(each ->
                                    !each.endsWith(LOCK) && !each.toString().endsWith(FRESH))) {
                throw new OperatorError("The folder " + folder
                        + " is not empty, and no audit was begun there; name a new one with --work.");
            }
            FileChannel lock = lock(folder);
            try {
                if (!Files.exists(planned)) {
                    write(planned, begin.get());
                }
                Plan plan = JSON.readValue(planned.toFile(), Plan.class);
                check.accept(plan);
                for (Path each : list(folder)) {
                    if (each.getFileName().toString().startsWith(Store.SCRATCH)) {
                        delete(each);
                    }
                }
                return new Work(folder, plan, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            // By another thread of this program.
        }
        lock.close();
        throw new OperatorError(
                "Another audit works in the folder " + folder + "; wait for it, or name a new one with --work.");
    }

    Path folder() {
        return folder;
    }

    Plan plan() {
        return plan;
    }

    /** Where a piece writes its rows. */
    RowFile rows(String piece) {
        return new RowFile(rowsOf(piece), plan.buckets(), lock != null);
    }

    /** Where a piece has written its rows. */
    Path rowsOf(String piece) {
        return folder.resolve(piece + ".rows");
    }

    /** What came out of a piece, if it was done before. */
    Optional<Part> done(String piece) {
        Path file = folder.resolve(piece + ".json");
        if (lock == null || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), Part.class));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Notes that a piece is done. */
    void note(String piece, Part part) throws IOException {
        if (lock != null) {
            write(folder.resolve(piece + ".json"), part);
        }
    }

    private static void write(Path file, Object value) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + FRESH);
        SyncedFile.write(fresh, JSON.writeValueAsBytes(value));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The audit has come to its end: nothing is kept any more. The plan goes last, so that this may be stopped, too. */
    void finished() {
        try {
            for (Path each : list(folder)) {
                if (!each.endsWith(PLAN)) {
                    delete(each);
                }
            }
            Files.deleteIfExists(folder.resolve(PLAN));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    /** A file, or a folder with all that is in it. */
    static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    static OperatorError unusable(Path folder, Exception e) {
        return new OperatorError(
                "The audit cannot work in the folder " + folder + " (" + e
                        + "); make room there, or choose another one with --work or -Djava.io.tmpdir.",
                e);
    }

    @Override
    public void close() {
        try {
            if (lock == null) {
                delete(folder);
            } else {
                lock.close();
            }
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }
}
