package dev.onsale.orders.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Somebody on the way who sees every byte, and knows no key. */
public final class Relay implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream();

    /** @param to port on this machine */
    public Relay(int to) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = listening.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
                    Thread.ofVirtual().start(() -> pass(client, server, null));
                    Thread.ofVirtual().start(() -> pass(server, client, fromServer));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    private static void pass(Socket from, Socket to, @Nullable ByteArrayOutputStream record) {
        byte[] buffer = new byte[8 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (record != null) {
                    record.write(buffer, 0, n);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // one of them has gone
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** By which the first connection agreed on keys. */
    public OptionalInt group() {
        return KeyExchange.group(fromServer.toByteArray());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
