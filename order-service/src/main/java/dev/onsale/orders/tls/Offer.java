package dev.onsale.orders.tls;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What a connection is offered: one certificate, and the ways to agree on keys. Each certificate has a context of its own, so that
 * a handshake never mixes two of them, and no session that began with an old one is resumed with a new one.
 */
public final class Offer {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Identity identity;
    private final SSLContext context;
    private final String[] groups;
    private final String[] cipherSuites;

    Offer(Identity identity, List<String> groups) throws GeneralSecurityException {
        this.identity = identity;
        this.context = Conscrypts.server(identity);
        this.groups = groups.toArray(String[]::new);
        this.cipherSuites = Stream.of(context.createSSLEngine().getEnabledCipherSuites())
                .filter(Offer::isStrong)
                .toArray(String[]::new);
    }

    /** Those of TLS 1.2 with forward secrecy and authenticated encryption; those of TLS 1.3 all have both. */
    private static boolean isStrong(String cipherSuite) {
        return !cipherSuite.startsWith("TLS_RSA_") && !cipherSuite.contains("_CBC_");
    }

    Identity identity() {
        return identity;
    }

    public SSLContext context() {
        return context;
    }

    /** The server's side of a new connection. */
    public SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(cipherSuites);
        parameters.setNamedGroups(groups);
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        engine.setSSLParameters(parameters);
        return engine;
    }
}
