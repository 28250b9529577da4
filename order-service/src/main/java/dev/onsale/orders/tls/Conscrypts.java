package dev.onsale.orders.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** TLS by Conscrypt, which is BoringSSL: JDK 25's own has no key exchange that a quantum computer would not break. */
public final class Conscrypts {

    /** Read when TLS is used at all: it loads a native library. */
    private static final class Loaded {
        static final Provider PROVIDER = Conscrypt.newProvider();
    }

    private Conscrypts() {}

    /**
     * A context for clients.
     *
     * @param trust decides which servers are trusted; null: the JDK's root certificates
     */
    public static SSLContext client(@Nullable TrustManager trust) throws GeneralSecurityException {
        return context(null, trust == null ? null : new TrustManager[] {trust});
    }

    static SSLContext server(Identity identity) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore(), new char[0]);
        return context(keys, null);
    }

    private static SSLContext context(@Nullable KeyManagerFactory keys, TrustManager @Nullable [] trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS", Loaded.PROVIDER);
        context.init(keys == null ? null : keys.getKeyManagers(), trust, null);
        return context;
    }

    /** What trusts the given roots; the JDK's root certificates when there are none. */
    public static X509ExtendedTrustManager trusting(List<X509Certificate> roots) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (roots.isEmpty()) {
            factory.init((KeyStore) null);
        } else {
            KeyStore store = emptyStore();
            for (X509Certificate root : roots) {
                store.setCertificateEntry(Integer.toString(store.size()), root);
            }
            factory.init(store);
        }
        return new ConscryptTrust((X509ExtendedTrustManager) factory.getTrustManagers()[0]);
    }

    static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    /** Whether Conscrypt can agree on keys by a group of this name. */
    static boolean knowsGroup(String group) {
        try {
            SSLEngine engine = client(null).createSSLEngine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setNamedGroups(new String[] {group});
            engine.setSSLParameters(parameters);
            engine.setUseClientMode(true);
            engine.beginHandshake();
            engine.closeOutbound();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Conscrypt does not work on this machine", e);
        }
    }
}
