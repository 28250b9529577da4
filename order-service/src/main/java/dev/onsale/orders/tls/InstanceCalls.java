package dev.onsale.orders.tls;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.state.HostInfo;

/** How instances of order-service call each other: as buyers call them, so with TLS when the public port has it. */
public final class InstanceCalls implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(1);
    /** The JDK counts the handshake as connecting, and the other side may have many of them at once. */
    private static final Duration CONNECT_WITH_TLS = Duration.ofSeconds(3);

    private final HttpClient client;
    private final String scheme;

    private InstanceCalls(HttpClient client, String scheme) {
        this.client = client;
        this.scheme = scheme;
    }

    /** @throws OperatorError when the certificates by which others are verified cannot be read */
    public static InstanceCalls open(Optional<TlsConfig> tls) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(tls.isPresent() ? CONNECT_WITH_TLS : CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        if (tls.isEmpty()) {
            return new InstanceCalls(builder.build(), "http");
        }
        try {
            List<X509Certificate> roots =
                    tls.get().ca().isEmpty() ? List.of() : roots(tls.get().ca().get());
            builder.sslContext(Conscrypts.client(Conscrypts.trusting(roots)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS takes any certificates for roots", e);
        }
        return new InstanceCalls(builder.build(), "https");
    }

    /** Certificates to be trusted. @throws OperatorError when the file has none */
    public static List<X509Certificate> roots(Path file) {
        try {
            List<X509Certificate> roots = Pem.certificates(Files.readString(file));
            if (!roots.isEmpty()) {
                return roots;
            }
        } catch (IOException | GeneralSecurityException e) {
            // said below
        }
        throw new OperatorError(
                "The file " + file + " holds no certificates that can be read; put the authority's there, as PEM.");
    }

    public HttpClient client() {
        return client;
    }

    /** @param target path and query at the other instance */
    public URI uri(HostInfo instance, String target) {
        return URI.create(scheme + "://" + instance.host() + ":" + instance.port() + target);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
