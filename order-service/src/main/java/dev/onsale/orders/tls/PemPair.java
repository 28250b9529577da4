package dev.onsale.orders.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Two files: a certificate with its chain, and its key. They may be the same file. */
record PemPair(Path certificate, Path key) {

    /** What both files hold. */
    record Content(String certificate, String key) {}

    /** @throws UnusableException when a file cannot be read */
    Content read() throws UnusableException {
        return new Content(text(certificate), text(key));
    }

    private static String text(Path file) throws UnusableException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UnusableException(
                    file + " cannot be read (" + e + "); put a PEM file there that this user may read");
        }
    }

    /** @throws UnusableException when it is no certificate with its key */
    Identity identity(Content content) throws UnusableException {
        List<X509Certificate> chain;
        try {
            chain = Pem.certificates(content.certificate());
        } catch (GeneralSecurityException e) {
            throw new UnusableException(certificate + " holds a broken certificate (" + e.getMessage()
                    + "); write it anew, and put it in place by renaming it");
        }
        if (chain.isEmpty()) {
            throw new UnusableException(
                    certificate
                            + " holds no certificate; begin it with the server's, as PEM, and let those follow that lead to its root");
        }
        try {
            PrivateKey privateKey = Pem.key(content.key(), chain.getFirst().getPublicKey())
                    .orElseThrow(() -> new UnusableException(
                            key + " holds no private key; write one there, as PEM and without a password"));
            Identity identity = new Identity(chain, privateKey);
            if (!identity.fits()) {
                throw misfit();
            }
            return identity;
        } catch (GeneralSecurityException e) {
            throw misfit();
        }
    }

    private UnusableException misfit() {
        return new UnusableException(
                "the key in " + key + " is not that of the first certificate in " + certificate + "; replace both");
    }
}
