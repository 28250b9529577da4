package dev.onsale.cli.doctor;

import dev.onsale.orders.tls.Conscrypts;
import dev.onsale.orders.tls.KeyExchange;
import dev.onsale.runtime.OperatorError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import tlschannel.ClientTlsChannel;

/** Connects to a server with TLS as a buyer's browser does, and looks at what comes of it. */
final class Handshake {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** Whom to connect to. */
    record Server(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * What was seen.
     *
     * @param group number of the group by which keys were agreed on; empty: there was none
     * @param chain as the server sent it, its own certificate first
     * @param refusal why the chain does not verify; empty: it does
     */
    record Seen(
            Server server,
            String protocol,
            String cipherSuite,
            OptionalInt group,
            List<X509Certificate> chain,
            String refusal) {}

    private Handshake() {}

    /**
     * Connects.
     *
     * @param roots authorities to be trusted; none: those of the JDK
     * @throws OperatorError when there is no server, or it does not speak TLS with us
     */
    static Seen with(Server server, List<X509Certificate> roots) {
        try (Socket socket = new Socket()) {
            Witness witness = new Witness(Conscrypts.trusting(roots));
            SSLContext context = Conscrypts.client(witness);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            Recorded recorded = new Recorded(socket);
            SSLEngine engine = engine(context, server);
            ClientTlsChannel.newBuilder(recorded, engine).build().handshake();
            SSLSession session = engine.getSession();
            return new Seen(
                    server,
                    session.getProtocol(),
                    session.getCipherSuite(),
                    KeyExchange.group(recorded.received.toByteArray()),
                    witness.chain,
                    witness.refusal);
        } catch (IOException e) {
            throw new OperatorError(
                    "No TLS connection to " + server + " comes about (" + e
                            + "); see whether it listens there, and has TLS.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Conscrypt does not work on this machine", e);
        }
    }

    private static SSLEngine engine(SSLContext context, Server server) {
        SSLEngine engine = context.createSSLEngine(server.host(), server.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Hears the verdict on a chain and lets the handshake go on in any case: nothing is sent on the connection. */
    private static final class Witness extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager judge;
        private List<X509Certificate> chain = List.of();
        private String refusal = "";

        Witness(X509ExtendedTrustManager judge) {
            this.judge = judge;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType, SSLEngine engine) {
            chain = List.of(sent);
            try {
                judge.checkServerTrusted(sent, authType, engine);
            } catch (CertificateException e) {
                refusal = String.valueOf(e.getMessage());
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType, Socket socket)
                throws CertificateException {
            judge.checkServerTrusted(sent, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] sent, String authType) throws CertificateException {
            judge.checkServerTrusted(sent, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType, SSLEngine engine)
                throws CertificateException {
            judge.checkClientTrusted(sent, authType, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType, Socket socket)
                throws CertificateException {
            judge.checkClientTrusted(sent, authType, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] sent, String authType) throws CertificateException {
            judge.checkClientTrusted(sent, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return judge.getAcceptedIssuers();
        }
    }

    /** A socket that keeps what came. */
    private static final class Recorded implements ByteChannel {

        private final Socket socket;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Recorded(Socket socket) {
            this.socket = socket;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            byte[] bytes = new byte[into.remaining()];
            int count = socket.getInputStream().read(bytes);
            if (count > 0) {
                into.put(bytes, 0, count);
                received.write(bytes, 0, count);
            }
            return count;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            socket.getOutputStream().write(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
