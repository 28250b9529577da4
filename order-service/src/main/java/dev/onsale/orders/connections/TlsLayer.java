package dev.onsale.orders.connections;

import dev.onsale.orders.tls.Offer;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tlschannel.ServerTlsChannel;

/**
 * TLS on one connection. It is here, above the socket, and not the web server's, so that the waits of a handshake have an end and
 * make room like all others, and so that a connection can be cut by closing its socket, whatever a thread does in it.
 */
final class TlsLayer implements Supplier<byte @Nullable []>, DataWriter {

    private static final int BUFFER_BYTES = 4 * 1024;

    private final ServerTlsChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER_BYTES);

    TlsLayer(ConnectionContext context, Offer offer) {
        this.channel = ServerTlsChannel.newBuilder(new Encrypted(context), offer.context())
                .withEngineFactory(_ -> offer.engine())
                .build();
    }

    /** @throws IOException when no connection comes about: the other side does not speak TLS, or not ours, or has gone */
    void handshake() throws IOException {
        channel.handshake();
    }

    /** Waits for bytes. @return null: the other side has ended the connection */
    @Override
    public byte @Nullable [] get() {
        try {
            received.clear();
            int count = channel.read(received);
            return count < 0 ? null : Arrays.copyOf(received.array(), count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void writeNow(BufferData buffer) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer.readBytes());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void writeNow(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void write(BufferData... buffers) {
        writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
        writeNow(buffer);
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    /** Tells the other side that nothing more comes, and frees what the library holds; the socket stays open. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException | RuntimeException e) {
            // It is gone in any case.
        }
    }

    /** The socket. Closing it is for whoever has accepted it. */
    private static final class Encrypted implements ByteChannel {

        private final ConnectionContext context;
        /** What came and was not asked for yet. */
        private ByteBuffer rest = ByteBuffer.allocate(0);

        private boolean open = true;

        Encrypted(ConnectionContext context) {
            this.context = context;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!rest.hasRemaining()) {
                try {
                    byte[] bytes = context.serverSocket().get();
                    if (bytes == null) {
                        return -1;
                    }
                    rest = ByteBuffer.wrap(bytes);
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            }
            int count = Math.min(rest.remaining(), into.remaining());
            into.put(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            try {
                context.dataWriter().writeNow(BufferData.create(bytes));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
