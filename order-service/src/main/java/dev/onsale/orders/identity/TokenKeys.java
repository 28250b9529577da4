package dev.onsale.orders.identity;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The issuer's public keys, from a file or from a URL. */
final class TokenKeys {

    private static final int LEAST_RSA_BITS = 2048;
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    /** Keys that were good are taken for so long while the URL does not answer: buyers go on buying meanwhile. */
    private static final Duration OUTAGE = Duration.ofHours(4);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_SET_BYTES = 256 * 1024;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private TokenKeys() {}

    /** @throws OperatorError when there are none, or they are not what verifies a signature */
    static JWKSource<SecurityContext> open(TokenConfig config) {
        return config.keys().matches("[a-z]+://.*") ? remote(config) : file(Path.of(config.keys()));
    }

    private static JWKSource<SecurityContext> remote(TokenConfig config) {
        return JWKSourceBuilder.<SecurityContext>create(
                        url(config.keys()),
                        new DefaultResourceRetriever((int) TIMEOUT.toMillis(), (int) TIMEOUT.toMillis(), MAX_SET_BYTES))
                .cache(REMEMBERED.toMillis(), 2 * TIMEOUT.toMillis())
                .refreshAheadCache(false)
                .rateLimited(config.refresh().toMillis())
                .outageTolerant(OUTAGE.toMillis())
                .build();
    }

    private static URL url(String text) {
        try {
            URI uri = URI.create(text);
            if ("https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost())))) {
                return uri.toURL();
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // said below
        }
        throw invalid(
                text, "must be a file or an https:// URL; whoever can change what comes over http:// can forge buyers");
    }

    private static JWKSource<SecurityContext> file(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw invalid(file, "cannot be read (" + e + ")");
        }
        boolean pem = text.contains("-----BEGIN");
        JWKSet set = pem ? pem(file, text) : jwks(file, text);
        if (set.isEmpty()) {
            throw invalid(file, "holds no key; write JWKS, or PEM with BEGIN PUBLIC KEY");
        }
        set.getKeys().forEach(key -> requireUsable(file, key));
        return pem ? nameless(set) : new ImmutableJWKSet<>(set);
    }

    /** PEM names no keys, so the name that a token gives is not asked for. */
    private static JWKSource<SecurityContext> nameless(JWKSet set) {
        return (selector, context) -> new JWKSelector(new JWKMatcher.Builder(selector.getMatcher())
                        .keyIDs((Set<String>) null)
                        .build())
                .select(set);
    }

    private static JWKSet jwks(Path file, String text) {
        try {
            return JWKSet.parse(text);
        } catch (ParseException e) {
            throw invalid(file, "is neither PEM nor JWKS (" + e.getMessage() + ")");
        }
    }

    private static JWKSet pem(Path file, String text) {
        if (text.contains("PRIVATE KEY-----")) {
            throw privateKey(file);
        }
        List<JWK> keys = new ArrayList<>();
        for (Matcher key = PEM.matcher(text); key.find(); ) {
            keys.add(publicKey(file, Base64.getMimeDecoder().decode(key.group(1))));
        }
        return new JWKSet(keys);
    }

    private static JWK publicKey(Path file, byte[] encoded) {
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return switch (KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded))) {
                    case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
                    case ECPublicKey ec -> new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
                    default -> throw new GeneralSecurityException("neither RSA nor EC");
                };
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // the other algorithm, or said below
            }
        }
        throw invalid(file, "holds a key that is neither RSA nor EC on a NIST curve");
    }

    private static void requireUsable(Path file, JWK key) {
        if (key.getKeyType().equals(KeyType.OCT)) {
            throw invalid(file, "holds a shared secret; with it whoever verifies can also forge. Use RSA or EC");
        }
        if (key.isPrivate()) {
            throw privateKey(file);
        }
        if (!key.getKeyType().equals(KeyType.EC) && !key.getKeyType().equals(KeyType.RSA)) {
            throw invalid(file, "holds a key of type " + key.getKeyType() + "; use RSA or EC");
        }
        if (key.getKeyType().equals(KeyType.RSA) && key.size() < LEAST_RSA_BITS) {
            throw invalid(file, "holds an RSA key of " + key.size() + " bits; use " + LEAST_RSA_BITS + " or more");
        }
    }

    private static OperatorError privateKey(Path file) {
        return invalid(file, "holds a private key, which belongs to the issuer alone; give the public one");
    }

    private static OperatorError invalid(Object keys, String why) {
        return new OperatorError("The setting jwt.keys, " + keys + ", " + why + ".");
    }
}
