package dev.onsale.orders.connections;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection, which knows what it waits for and since when. It reads and writes by one thread; others look at it.
 *
 * <p>A request begins with the first byte that is read after an answer was written. While it is being answered the caller
 * is not waited for, and so there is no end to that.
 */
final class Connection implements ConnectionContext, DataWriter {

    /** How long nothing may come from a caller that was refused until it is taken to have heard. */
    private static final Duration QUIET = Duration.ofMillis(200);
    /** How long, and how much of it, is listened to at most. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int LINGER_BYTES = 4 * 1024 * 1024;

    /** A wait for the caller. */
    private record Wait(String what, long sinceNanos, long untilNanos) {}

    private final ConnectionContext context;
    private final ConnectionConfig config;
    private final Optional<TlsLayer> tls;
    private final Supplier<byte @Nullable []> in;
    private final DataWriter out;
    private final DataReader reader = DataReader.create(this::read);
    private final long requestBytes;
    private boolean requestUnderWay;
    private long requestBeganNanos;
    private long receivedBytes;
    /** null: the caller is not waited for. */
    private volatile @Nullable Wait wait;

    /** @param requestBytes the largest request that is read; the web server would read a line of any length */
    Connection(ConnectionContext context, ConnectionConfig config, Optional<TlsLayer> tls, long requestBytes) {
        this.context = context;
        this.config = config;
        this.tls = tls;
        this.in = tls.isPresent() ? tls.get() : context.serverSocket();
        this.out = tls.isPresent() ? tls.get() : context.dataWriter();
        this.requestBytes = requestBytes;
    }

    /** Agrees on keys, if there is TLS. @throws IOException when that does not come about */
    void begin() throws IOException {
        if (tls.isPresent()) {
            long now = System.nanoTime();
            wait = new Wait("handshake", now, now + config.request().toNanos());
            try {
                tls.get().handshake();
            } finally {
                wait = null;
            }
        }
    }

    /** Says that nothing more comes, if there is TLS. */
    void end() {
        tls.ifPresent(layer -> send(layer::close));
    }

    private byte @Nullable [] read() {
        boolean begins = !requestUnderWay;
        long now = System.nanoTime();
        wait = begins
                ? new Wait("idle", now, now + config.idle().toNanos())
                : new Wait("request", now, requestBeganNanos + config.request().toNanos());
        byte[] bytes = receive(in);
        if (begins) {
            requestUnderWay = true;
            requestBeganNanos = System.nanoTime();
            receivedBytes = 0;
        }
        receivedBytes += bytes == null ? 0 : bytes.length;
        if (receivedBytes > requestBytes) {
            throw new CloseConnectionException("more was sent than any request is long");
        }
        return bytes;
    }

    private byte @Nullable [] receive(Supplier<byte @Nullable []> from) {
        try {
            return from.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("Failed to get data from socket", e);
        } finally {
            wait = null;
        }
    }

    private void send(Runnable writing) {
        requestUnderWay = false;
        long now = System.nanoTime();
        wait = new Wait("write", now, now + config.write().toNanos());
        try {
            writing.run();
        } finally {
            wait = null;
        }
    }

    /** Reads on until nothing comes for a moment, or the caller has hung up. */
    void discardWhatStillComes() {
        long began = System.nanoTime();
        long now = began;
        int discarded = 0;
        try {
            while (discarded < LINGER_BYTES && now - began < LINGER.toNanos()) {
                wait = new Wait("refused", now, now + QUIET.toNanos());
                byte[] bytes = receive(context.serverSocket());
                if (bytes == null) {
                    return;
                }
                discarded += bytes.length;
                now = System.nanoTime();
            }
        } catch (ServerConnectionException e) {
            // It was cut off, or has gone: it is not waited for any more.
        }
    }

    /** For how long a request, or more of it, has been waited for; 0: it is not. */
    long waitingNanos(long nowNanos) {
        Wait now = wait;
        return now == null || now.what().equals("write") ? 0 : nowNanos - now.sinceNanos();
    }

    /** What the caller takes too long for; empty: nothing. */
    String overdue(long nowNanos) {
        Wait now = wait;
        return now != null && nowNanos - now.untilNanos() > 0 ? now.what() : "";
    }

    /** Closes the socket, which ends what its thread reads or writes. */
    void cut() {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException e) {
            // The other side has closed it, which also ends what its thread does.
        }
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return this;
    }

    @Override
    public void write(BufferData... buffers) {
        send(() -> out.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        send(() -> out.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
        send(() -> out.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        send(() -> out.writeNow(buffer));
    }

    @Override
    public void flush() {
        send(() -> out.flush());
    }

    @Override
    public void close() {
        out.close();
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return tls.isPresent();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
