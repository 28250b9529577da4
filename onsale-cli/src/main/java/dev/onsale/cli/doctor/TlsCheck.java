package dev.onsale.cli.doctor;

import static dev.onsale.cli.doctor.Finding.fail;
import static dev.onsale.cli.doctor.Finding.ok;
import static dev.onsale.cli.doctor.Finding.warn;

import dev.onsale.orders.tls.KeyExchange;
import dev.onsale.runtime.OperatorError;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a TLS connection to a server really gets. */
final class TlsCheck {

    private static final int DEFAULT_PORT = 443;
    /** Who renews by hand needs some days for it, and who does not has failed to. */
    private static final Duration SOON = Duration.ofDays(14);

    private TlsCheck() {}

    /** @param place {@code HOST} or {@code HOST:PORT}; an IPv6 address is in brackets. @throws OperatorError when it is neither */
    static Handshake.Server server(String place) {
        int colon = place.lastIndexOf(':');
        boolean hasPort = colon > place.lastIndexOf(']');
        String host = (hasPort ? place.substring(0, colon) : place).replaceAll("[\\[\\]]", "");
        try {
            int port = hasPort ? Integer.parseInt(place.substring(colon + 1)) : DEFAULT_PORT;
            if (!host.isEmpty() && port > 0 && port < 1 << 16) {
                return new Handshake.Server(host, port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new OperatorError(
                "--tls is '" + place + "' but must be HOST or HOST:PORT, such as tickets.example.org:8443.");
    }

    /** @param trusted by what the chain was verified, for people */
    static List<Finding> of(Handshake.Seen seen, String trusted, Instant now) {
        List<Finding> findings = new ArrayList<>();
        findings.add(ok(seen.server() + " speaks " + seen.protocol() + " with " + seen.cipherSuite()));
        findings.add(keyExchange(seen.group()));
        for (int i = 0; i < seen.chain().size(); i++) {
            findings.add(certificate(i + 1, seen.chain().get(i), now));
        }
        findings.add(
                seen.refusal().isEmpty()
                        ? ok("the chain verifies against " + trusted + ", for the name "
                                + seen.server().host())
                        : fail(
                                "the chain does not verify against " + trusted + ": " + seen.refusal(),
                                "serve a certificate for this name with its whole chain, or name the authority with --ca"));
        return findings;
    }

    private static Finding keyExchange(OptionalInt group) {
        if (group.isEmpty()) {
            return warn(
                    "keys were agreed on without a group, so whoever gets the server's key can read what was recorded",
                    "offer TLS 1.3, or cipher suites that begin with TLS_ECDHE");
        }
        String name = KeyExchange.name(group.getAsInt());
        return KeyExchange.isQuantumSafe(group.getAsInt())
                ? ok("keys were agreed on by " + name + ": what is recorded today stays secret from quantum computers")
                : warn(
                        "keys were agreed on by " + name + ": a quantum computer could read what is recorded today",
                        "put X25519MLKEM768 first where TLS ends; this client offers it");
    }

    private static Finding certificate(int number, X509Certificate certificate, Instant now) {
        Instant ends = certificate.getNotAfter().toInstant();
        Instant begins = certificate.getNotBefore().toInstant();
        long days = Duration.between(now, ends).toDays();
        String what = "certificate " + number + ": " + certificate.getSubjectX500Principal() + names(certificate)
                + ", number "
                + certificate.getSerialNumber().toString(16) + ", issued by " + certificate.getIssuerX500Principal()
                + ", " + certificate.getPublicKey().getAlgorithm() + " key, valid until " + ends + " (" + days
                + " days)";
        if (now.isAfter(ends)) {
            return fail(what + " has expired", "renew it; docs/runbook/certificates.md says how");
        }
        if (now.isBefore(begins)) {
            return fail(what + " is valid only from " + begins, "see whether the clocks are right");
        }
        return Duration.between(now, ends).compareTo(SOON) < 0
                ? warn(what, "renew it; docs/runbook/certificates.md says how")
                : ok(what);
    }

    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? ""
                    : names.stream()
                            .map(name -> String.valueOf(name.get(1)))
                            .collect(Collectors.joining(", ", " for ", ""));
        } catch (CertificateParsingException e) {
            return " for names that cannot be read";
        }
    }
}
