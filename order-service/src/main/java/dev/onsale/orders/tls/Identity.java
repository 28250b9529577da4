package dev.onsale.orders.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a server proves itself with.
 *
 * @param chain the server's certificate, and those that lead to a root, in this order
 * @param key of the first of them
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {

    private static final String ALIAS = "server";
    private static final char[] NO_PASSWORD = new char[0];

    Identity {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    Instant begins() {
        return certificate().getNotBefore().toInstant();
    }

    Instant ends() {
        return certificate().getNotAfter().toInstant();
    }

    boolean validAt(Instant time) {
        return !time.isBefore(begins()) && !time.isAfter(ends());
    }

    /** Whether the key is the certificate's, by signing something with it. */
    boolean fits() throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> throw new GeneralSecurityException("keys are RSA or EC, not " + key.getAlgorithm());
        };
        byte[] text = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate().getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    KeyStore keyStore() throws GeneralSecurityException {
        KeyStore store = Conscrypts.emptyStore();
        store.setKeyEntry(ALIAS, key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        return store;
    }

    /** For logs: number and end. */
    @Override
    public String toString() {
        return "certificate " + certificate().getSerialNumber().toString(16) + " of "
                + certificate().getSubjectX500Principal() + ", valid until " + ends();
    }
}
