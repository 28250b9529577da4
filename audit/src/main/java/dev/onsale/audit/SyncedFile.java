package dev.onsale.audit;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** A new file that is on the disk for good when it is closed, and whose digest is known then. */
final class SyncedFile extends OutputStream {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileOutputStream file;
    private final MessageDigest digest = Sha256.start();
    private final OutputStream out;
    private long bytes;

    SyncedFile(Path path) throws IOException {
        file = new FileOutputStream(path.toFile());
        out = new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER_BYTES);
    }

    static void write(Path path, byte[] content) throws IOException {
        try (var file = new SyncedFile(path)) {
            file.write(content);
        }
    }

    @Override
    public void write(int each) throws IOException {
        out.write(each);
        bytes++;
    }

    @Override
    public void write(byte[] content, int from, int length) throws IOException {
        out.write(content, from, length);
        bytes += length;
    }

    /** Number of bytes written so far. */
    long bytes() {
        return bytes;
    }

    /** Digest of the file in hexadecimal; asked for once, when it is closed. */
    String sha256() {
        return Sha256.hex(digest);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** Once; whoever writes through this closes it, too. */
    @Override
    public void close() throws IOException {
        if (file.getFD().valid()) {
            try (file) {
                out.flush();
                file.getFD().sync();
            }
        }
    }
}
