package dev.onsale.cli.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Hands the broker the sockets that were bound before it was started. So a port in use is known before anything else
 * happens, and a free port that was found stays ours.
 */
record BoundSockets(Map<String, ServerSocketChannel> byListener) implements ServerSocketFactory, AutoCloseable {

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress socketAddress, int listenBacklogSize, int recvBufferSize) {
        ServerSocketChannel channel = byListener.get(listenerName);
        if (channel == null) {
            throw new IllegalStateException("no socket was bound for listener " + listenerName);
        }
        return channel;
    }

    @Override
    public void close() {
        for (ServerSocketChannel channel : byListener.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                // The process ends soon, and the port with it.
            }
        }
    }
}
