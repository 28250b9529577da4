package dev.onsale.system.proxy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.requests.RequestHeader;

/** One client's connection to one broker: requests flow one way, answers the other, each in a thread of its own. */
final class Connection implements AutoCloseable {

    private static final int LARGEST_FRAME = 100 << 20;

    /** What becomes of a frame; returns when it may go on. */
    interface Weather {
        Fault.Effect effect(Frame frame) throws InterruptedException;
    }

    private final int broker;
    private final Socket client;
    private final Socket server;
    private final Weather weather;
    private final Addresses addresses;
    /** Requests by correlation id: an answer does not say what it answers. */
    private final Map<Integer, RequestHeader> asked = new ConcurrentHashMap<>();

    Connection(int broker, Socket client, Socket server, Weather weather, Addresses addresses) {
        this.broker = broker;
        this.client = client;
        this.server = server;
        this.weather = weather;
        this.addresses = addresses;
    }

    private interface Flow {
        void run() throws IOException, InterruptedException;
    }

    /** @param ended called when it is closed, by whomever */
    void start(Runnable ended) {
        Thread answers = Thread.ofVirtual().name("proxy-answers").start(() -> flow(this::answers));
        Thread.ofVirtual().name("proxy-requests").start(() -> {
            flow(this::requests);
            try {
                answers.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended.run();
        });
    }

    private void flow(Flow flow) {
        try (this) {
            flow.run();
        } catch (EOFException | SocketException e) {
            // One side has left, so the other is told.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the proxy's connection to broker " + broker + " failed", e);
        }
    }

    private void requests() throws IOException, InterruptedException {
        var in = new DataInputStream(client.getInputStream());
        var out = new DataOutputStream(server.getOutputStream());
        boolean lost = false;
        while (true) {
            ByteBuffer bytes = read(in);
            RequestHeader header = RequestHeader.parse(bytes.duplicate());
            asked.put(header.correlationId(), header);
            lost = pass(frame(header, Frame.Direction.REQUEST), bytes, out, lost);
        }
    }

    private void answers() throws IOException, InterruptedException {
        var in = new DataInputStream(server.getInputStream());
        var out = new DataOutputStream(client.getOutputStream());
        boolean lost = false;
        while (true) {
            ByteBuffer bytes = read(in);
            RequestHeader header = Objects.requireNonNull(asked.remove(bytes.getInt(0)), "an answer to nothing");
            lost = pass(frame(header, Frame.Direction.RESPONSE), addresses.rewrite(header, bytes), out, lost);
        }
    }

    private Frame frame(RequestHeader header, Frame.Direction direction) {
        return new Frame(broker, direction, header.apiKey(), Objects.requireNonNullElse(header.clientId(), ""));
    }

    /** @return whether everything behind this frame is lost, too */
    private boolean pass(Frame frame, ByteBuffer bytes, DataOutputStream out, boolean lost)
            throws IOException, InterruptedException {
        if (lost) {
            return true;
        }
        switch (weather.effect(frame)) {
            case PASSES -> write(bytes, out);
            case DROPPED -> {
                return true;
            }
            case CUT -> reset();
        }
        return false;
    }

    private static ByteBuffer read(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > LARGEST_FRAME) {
            throw new IOException("a frame of " + size + " bytes is none of Kafka's");
        }
        byte[] bytes = new byte[size];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static void write(ByteBuffer bytes, DataOutputStream out) throws IOException {
        byte[] frame = new byte[Integer.BYTES + bytes.remaining()];
        ByteBuffer.wrap(frame).putInt(bytes.remaining()).put(bytes);
        out.write(frame);
    }

    /** Without a word of farewell. */
    private void reset() throws IOException {
        client.setSoLinger(true, 0);
        server.setSoLinger(true, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        try (client) {
            server.close();
        }
    }
}
