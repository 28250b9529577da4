package dev.onsale.orders.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.tls.HeldCertificate;

/** Issues certificates for this machine, and writes them where a server reads them. */
public final class Authority {

    private final HeldCertificate root = new HeldCertificate.Builder()
            .commonName("Test authority")
            .certificateAuthority(0)
            .build();
    private final Path folder;

    public Authority(Path folder) {
        this.folder = folder;
    }

    /** One that is valid from an hour ago on. */
    public HeldCertificate issue(long serial, Duration left) {
        Instant now = Instant.now();
        return issue(serial, now.minus(Duration.ofHours(1)), now.plus(left));
    }

    public HeldCertificate issue(long serial, Instant begins, Instant ends) {
        return new HeldCertificate.Builder()
                .commonName("onsale")
                .addSubjectAlternativeName("127.0.0.1")
                .addSubjectAlternativeName("localhost")
                .serialNumber(serial)
                .validityInterval(begins.toEpochMilli(), ends.toEpochMilli())
                .signedBy(root)
                .build();
    }

    HeldCertificate root() {
        return root;
    }

    public String rootPem() {
        return root.certificatePem();
    }

    /** The root's certificate as a file. */
    public Path ca() throws IOException {
        return replace(folder.resolve("ca.pem"), rootPem());
    }

    public Path certificateFile() {
        return folder.resolve("tls.crt");
    }

    public Path keyFile() {
        return folder.resolve("tls.key");
    }

    /** Puts a certificate and its key in place, one file after the other. */
    public void install(HeldCertificate certificate) throws IOException {
        replace(certificateFile(), certificate.certificatePem() + root.certificatePem());
        replace(keyFile(), certificate.privateKeyPkcs8Pem());
    }

    public static Path replace(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
        return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private TrustManager trust() throws GeneralSecurityException {
        return Conscrypts.trusting(List.of(root.certificate()));
    }

    /** A client that trusts this authority and has hybrid groups. */
    public SSLContext conscrypt() throws GeneralSecurityException {
        return Conscrypts.client(trust());
    }

    /** A client that trusts this authority, by the JDK's own TLS. */
    public SSLContext jdk() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust()}, null);
        return context;
    }
}
