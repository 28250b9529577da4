package dev.onsale.cli.embedded;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder with everything that the embedded stack keeps, locked while it runs. The lock is the operating system's, so it
 * ends with the process, however that ends; who holds it stands in the file {@value #LOCK_FILE} for whoever comes second.
 */
public final class DataFolder implements AutoCloseable {

    static final String LOCK_FILE = "in-use";

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder when it is not there, and locks it.
     *
     * @throws OperatorError when it cannot be written, or another process has it
     */
    public static DataFolder lock(Path path) {
        Path folder = path.toAbsolutePath().normalize();
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    folder.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (!locked(channel)) {
                String holder = read(channel);
                channel.close();
                throw new OperatorError("The folder " + folder + " is in use"
                        + (holder.isEmpty() ? "" : " by " + holder)
                        + "; use that one, stop it, or give another folder with --data.");
            }
            return new DataFolder(folder, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new OperatorError(
                    "The folder " + folder + " cannot be used (" + reason(e)
                            + "); give one that you may write to with --data.",
                    e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // This very process has it.
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(1_000);
        channel.read(content, 0);
        return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "no permission";
            case FileAlreadyExistsException exists -> "there is a file of that name";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Says who holds the lock, for the message that the second one gets; for example {@code "process 17 (…)"}. */
    public void describeHolder(String holder) {
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new OperatorError(
                    "The file " + path.resolve(LOCK_FILE) + " cannot be written (" + reason(e) + ").", e);
        }
    }

    public Path path() {
        return path;
    }

    /** A path inside the folder. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Gives the folder free. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost: the operating system gives the lock free when the process ends.
        }
    }
}
