package dev.onsale.system.proxy;

import dev.onsale.system.stack.KafkaCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Stands before every broker of a cluster, so that a client that is given {@link #bootstrap} talks to all of them through it,
 * and does to what is said what the test asks for.
 *
 * <p>On the listener that the proxy uses, brokers advertise an address at which nobody is but a watchman of the proxy. So a
 * client that the proxy did not keep behind it is counted, see {@link #strays}, and gets nowhere.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final KafkaCluster cluster;
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final ServerSocket watchman;
    private final Addresses addresses;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger strays = new AtomicInteger();

    private FaultProxy(KafkaCluster cluster) throws IOException {
        this.cluster = cluster;
        for (int broker = 0; broker < KafkaCluster.SIZE; broker++) {
            listeners.add(listen(0));
        }
        watchman = listen(cluster.advertisedToProxy());
        addresses =
                new Addresses(listeners.stream().map(ServerSocket::getLocalPort).toList());
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    }

    /** At most one at a time for a cluster. */
    public static FaultProxy before(KafkaCluster cluster) throws IOException {
        var proxy = new FaultProxy(cluster);
        for (int broker = 0; broker < KafkaCluster.SIZE; broker++) {
            int node = broker;
            accept(proxy.listeners.get(broker), client -> proxy.connect(node, client));
        }
        accept(proxy.watchman, client -> {
            try (client) {
                proxy.strays.incrementAndGet();
            }
        });
        return proxy;
    }

    private interface Guest {
        void welcome(Socket client) throws IOException;
    }

    private static void accept(ServerSocket listener, Guest guest) {
        Thread.ofVirtual().name("proxy-listener").start(() -> {
            while (!listener.isClosed()) {
                try {
                    guest.welcome(listener.accept());
                } catch (IOException e) {
                    // The listener is closed, or the broker is away: the client's connection is closed.
                }
            }
        });
    }

    private void connect(int broker, Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.portForProxy(broker)));
        } catch (IOException e) {
            client.close();
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        var connection = new Connection(broker, client, server, this::effect, addresses);
        connections.add(connection);
        connection.start(() -> connections.remove(connection));
    }

    private Fault.Effect effect(Frame frame) throws InterruptedException {
        for (Fault fault : faults) {
            Fault.Effect effect = fault.strike(frame);
            if (effect != Fault.Effect.PASSES) {
                return effect;
            }
        }
        return Fault.Effect.PASSES;
    }

    /** All brokers, for clients that are to stay behind the proxy. */
    public String bootstrap() {
        return listeners.stream()
                .map(listener -> "127.0.0.1:" + listener.getLocalPort())
                .collect(Collectors.joining(","));
    }

    /** From now on this happens, until it is closed. */
    public Fault cause(Fault fault) {
        faults.add(fault);
        return fault;
    }

    /** How many connections clients made to an address that a broker gave and not the proxy. */
    public int strays() {
        return strays.get();
    }

    @Override
    public void close() throws IOException {
        watchman.close();
        for (ServerSocket listener : listeners) {
            listener.close();
        }
        faults.forEach(Fault::close);
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
