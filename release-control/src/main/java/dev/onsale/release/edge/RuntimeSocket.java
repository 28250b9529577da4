package dev.onsale.release.edge;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** HAProxy's runtime API: one command on each connection, whose end is the end of the answer. */
final class RuntimeSocket {

    private static final long TIMEOUT_SECONDS = 5;
    private static final int MAX_PORT = 65_535;

    private final String name;
    private final SocketAddress address;

    private RuntimeSocket(String name, SocketAddress address) {
        this.name = name;
        this.address = address;
    }

    /** @param address path of a unix socket, with a slash in it, or HOST:PORT */
    static RuntimeSocket at(String address) {
        if (address.contains("/")) {
            return new RuntimeSocket(address, UnixDomainSocketAddress.of(address));
        }
        int colon = address.lastIndexOf(':');
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= MAX_PORT) {
                return new RuntimeSocket(address, new InetSocketAddress(address.substring(0, colon), port));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new OperatorError("HAProxy's runtime socket cannot be at '" + address
                + "'; give the path of a unix socket, such as /run/haproxy/onsale.sock, or HOST:PORT.");
    }

    /** Gives a command that answers nothing when it was done. */
    void tell(String command) {
        String answer = ask(command).strip();
        if (!answer.isEmpty()) {
            throw new OperatorError("HAProxy at " + name + " refuses '" + command + "': " + answer
                    + " The socket needs 'level admin', and the backend the servers of deploy/haproxy/haproxy.cfg.");
        }
    }

    /** The whole answer to a command. */
    String ask(String command) {
        try (SocketChannel channel = open(command)) {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return new String(
                                            Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
                                } catch (IOException e) {
                                    throw new CompletionException(e);
                                }
                            },
                            task -> Thread.ofVirtual().name("haproxy").start(task))
                    .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw away(e.getCause() == null ? e : e.getCause());
        } catch (IOException e) {
            throw away(e);
        }
    }

    /** A connection on which a command was given, to read its answer from. */
    SocketChannel open(String command) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try {
            ByteBuffer line = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    OperatorError away(Throwable cause) {
        return new OperatorError(
                "HAProxy does not answer at " + name + " (" + cause
                        + "); start it, or correct --haproxy. A canary that is"
                        + " under way goes on by 'canary resume'.",
                cause);
    }
}
