package dev.onsale.cli.embedded;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/** Ports on the loopback address. */
final class Ports {

    /** The only address that the embedded stack listens on. */
    static final String HOST = "127.0.0.1";

    private static final int BACKLOG = 500;

    private Ports() {}

    /**
     * Listens.
     *
     * @param port 0: a free one
     * @throws OperatorError when it is in use
     */
    static ServerSocketChannel bind(int port, String option) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                // A port whose last connections are just ending is free.
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(address(port), BACKLOG);
                channel.configureBlocking(false);
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw inUse(port, option, e);
        }
    }

    /** @throws OperatorError when nothing can listen on a port, because something else does or may not */
    static void requireFree(int port, String option) {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address(port));
        } catch (IOException e) {
            throw inUse(port, option, e);
        }
    }

    private static InetSocketAddress address(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private static OperatorError inUse(int port, String option, IOException e) {
        return new OperatorError(
                "Port " + port + " on " + HOST + " cannot be had (" + e.getMessage()
                        + "); stop what listens there, or choose another port with " + option + ".",
                e);
    }

    static int of(ServerSocketChannel channel) {
        return channel.socket().getLocalPort();
    }
}
