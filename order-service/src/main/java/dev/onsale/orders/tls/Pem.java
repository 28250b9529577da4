package dev.onsale.orders.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and keys as text (RFC 7468). The JDK has no parser of it that is not a preview; those in libraries bring a whole
 * cryptography provider with them, or do not know the format in which Kubernetes' cert-manager writes keys of elliptic curves.
 */
final class Pem {

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (|RSA |EC )PRIVATE KEY-----([^-]+)-----END \\1PRIVATE KEY-----");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 1, 0};

    private Pem() {}

    /** Every certificate in a text, in its order. @throws GeneralSecurityException when one is incomplete or none */
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (MatchResult block : CERTIFICATE.matcher(text).results().toList()) {
            certificates.add(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der(block.group(1)))));
        }
        if (certificates.size() != text.split("-----BEGIN CERTIFICATE", -1).length - 1) {
            throw new CertificateException("a certificate has no end");
        }
        return certificates;
    }

    /**
     * A private key without a password, in PKCS #8, PKCS #1 or SEC 1; empty: there is none.
     *
     * @param publicKey the other half of it
     */
    static Optional<PrivateKey> key(String text, PublicKey publicKey) throws GeneralSecurityException {
        Matcher block = KEY.matcher(text);
        if (!block.find()) {
            return Optional.empty();
        }
        byte[] key = der(block.group(2));
        byte[] pkcs8 = block.group(1).isEmpty()
                ? key
                : tagged(SEQUENCE, VERSION_0, algorithm(publicKey), tagged(OCTET_STRING, key));
        return Optional.of(
                KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    }

    private static byte[] der(String base64) throws CertificateException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    /** The older formats do not name their algorithm where PKCS #8 does; a public key begins with the same name. */
    private static byte[] algorithm(PublicKey publicKey) {
        byte[] encoded = publicKey.getEncoded();
        int begin = contentAt(encoded, 0);
        int content = contentAt(encoded, begin);
        return Arrays.copyOfRange(encoded, begin, content + (encoded[content - 1] & 0xff));
    }

    /** Where a value begins whose tag is at a place: after the tag, and the length in one byte or more. */
    private static int contentAt(byte[] der, int tagAt) {
        int length = der[tagAt + 1] & 0xff;
        return tagAt + 2 + (length < 0x80 ? 0 : length - 0x80);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream tagged = new ByteArrayOutputStream();
        tagged.write(tag);
        if (length < 0x80) {
            tagged.write(length);
        } else {
            tagged.write(0x82);
            tagged.write(length >> 8);
            tagged.write(length);
        }
        tagged.writeBytes(content.toByteArray());
        return tagged.toByteArray();
    }
}
