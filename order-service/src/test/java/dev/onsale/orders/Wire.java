package dev.onsale.orders;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection of a client that minds no rules. */
final class Wire implements AutoCloseable {

    private final Socket socket = new Socket();

    Wire(int port) throws IOException {
        socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends zeros until it is cut off. */
    void sendAGigabyte() {
        byte[] piece = new byte[1 << 20];
        try {
            for (int i = 0; i < 1024; i++) {
                send(piece);
            }
        } catch (IOException e) {
            return;
        }
        throw new AssertionError("a gigabyte was taken");
    }

    /** Reads until so many answers have begun. */
    void awaitAnswers(int count) throws IOException {
        byte[] begin = "HTTP/1.1 ".getBytes(StandardCharsets.ISO_8859_1);
        byte[] buffer = new byte[16 * 1024];
        int matched = 0;
        for (int begun = 0; begun < count; ) {
            int read = socket.getInputStream().read(buffer);
            if (read < 0) {
                throw new EOFException();
            }
            for (int i = 0; i < read; i++) {
                matched = buffer[i] == begin[matched] ? matched + 1 : buffer[i] == begin[0] ? 1 : 0;
                if (matched == begin.length) {
                    begun++;
                    matched = 0;
                }
            }
        }
    }

    /** Sends a byte now and then until it is cut off. @return how long that took */
    Duration drip(Duration pause) throws InterruptedException {
        long began = System.nanoTime();
        Thread dripping = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    send("x");
                    Thread.sleep(pause);
                }
            } catch (IOException | InterruptedException e) {
                // cut off, or the test is over
            }
        });
        awaitEnd();
        long took = System.nanoTime() - began;
        dripping.interrupt();
        dripping.join();
        return Duration.ofNanos(took);
    }

    /** Reads until the other side has closed. @return what came */
    String awaitEnd() {
        StringBuilder read = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("is still connected after 30 s; read: " + read, e);
        } catch (IOException e) {
            // reset
        }
        return read.toString();
    }

    /** Whether the other side has closed; waits a moment for it. */
    boolean ended() {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
