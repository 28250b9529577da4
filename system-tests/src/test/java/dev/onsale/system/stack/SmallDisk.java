package dev.onsale.system.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of its own for one folder, small enough to be filled up. It lives in memory; only root can have one. */
public final class SmallDisk implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    private static final int MOUNT_SECONDS = 10;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Skips the running test, and prints why, where none can be had. */
    public static SmallDisk mountOrSkip(Path folder, int megabytes) throws IOException, InterruptedException {
        Machine.requireOrSkip("mount", "umount");
        Files.createDirectories(folder);
        if (run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()) != 0) {
            Machine.skip("a small disk cannot be mounted here, only by root on Linux");
        }
        SmallDisk disk = new SmallDisk(folder);
        // A test run that is stopped must not leave a mount behind.
        Runtime.getRuntime().addShutdownHook(new Thread(disk::close));
        return disk;
    }

    /** Takes all that is free. */
    public void fill() {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException e) {
            // That is what a full disk says.
            if (folder.toFile().getUsableSpace() > CHUNK) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Gives it back. */
    public void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler.tmp");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(MOUNT_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /** Whoever still uses the folder keeps what it has open; to be called when nobody does. */
    @Override
    public void close() {
        try {
            if (Files.isDirectory(folder) && Files.getFileStore(folder).type().equals("tmpfs")) {
                run("umount", "--lazy", folder.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
