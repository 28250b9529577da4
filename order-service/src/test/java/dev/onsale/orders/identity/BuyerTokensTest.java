package dev.onsale.orders.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens name a buyer, and which keys are taken. */
final class BuyerTokensTest {

    private static final Issuer ISSUER = new Issuer("k1");

    @TempDir
    static Path folder;

    private static BuyerTokens tokens;

    @BeforeAll
    static void open() throws IOException {
        tokens = BuyerTokens.open(config(written("keys.json", ISSUER.jwks())));
    }

    private static String written(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static TokenConfig config(String keys) {
        return new TokenConfig(
                keys, Issuer.NAME, Issuer.AUDIENCE, "sub", Duration.ofSeconds(30), Duration.ofMillis(300));
    }

    private static JWTClaimsSet.Builder ada() {
        return Issuer.claims("ada");
    }

    private static Date inSeconds(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String pem(Key key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    record Bad(String name, String token, String why) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad claims(String name, JWTClaimsSet.Builder claims, String why) {
        return new Bad(name, ISSUER.token(claims.build()), why);
    }

    static Stream<Bad> bad() throws Exception {
        String good = ISSUER.token(ada().build());
        SignedJWT hmac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), ada().build());
        hmac.sign(new MACSigner(ISSUER.key.toRSAPublicKey().getEncoded()));
        SignedJWT pemHmac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), ada().build());
        pemHmac.sign(new MACSigner(pem(ISSUER.key.toRSAPublicKey())));
        String[] parts = good.split("\\.", -1);
        String eve = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                        .replace("ada", "eve")
                        .getBytes(StandardCharsets.UTF_8));
        return Stream.of(
                claims("expired", ada().expirationTime(inSeconds(-31)), "expired"),
                claims("not valid yet", ada().notBeforeTime(inSeconds(60)), "before use time"),
                claims("without an end", ada().expirationTime(null), "exp"),
                claims("another issuer", ada().issuer("https://evil.example"), "iss"),
                claims("no issuer", ada().issuer(null), "iss"),
                claims("another audience", ada().audience("shop"), "aud"),
                claims("no audience", ada().audience((String) null), "aud"),
                claims("no buyer", ada().subject(null), "sub"),
                claims("a buyer with a space", ada().subject("ada lovelace"), "128 visible ASCII"),
                claims("a buyer with a line feed", ada().subject("ada\nreceipt"), "128 visible ASCII"),
                claims("a buyer that is too long", ada().subject("a".repeat(129)), "128 visible ASCII"),
                new Bad("no signature", new PlainJWT(ada().build()).serialize(), "not signed"),
                new Bad("HMAC by the public key", hmac.serialize(), "not signed"),
                new Bad("HMAC by the public key's text", pemHmac.serialize(), "not signed"),
                new Bad("another's key of the same id", new Issuer("k1").token(ada().build()), "not signed"),
                new Bad("another's key", new Issuer("k2").token(ada().build()), "not signed"),
                new Bad("claims changed", parts[0] + "." + eve + "." + parts[2], "not signed"),
                new Bad("signature cut off", parts[0] + "." + parts[1] + ".", "be read"),
                new Bad("two parts", parts[0] + "." + parts[1], "be read"),
                new Bad("nothing", "", "be read"),
                new Bad("nonsense", "a.b.c", "be read"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void token_isRefused_withWhatIsWrong(Bad bad) {
        TokenRefusedException refused = assertThrows(TokenRefusedException.class, () -> tokens.buyer(bad.token()));
        assertTrue(String.valueOf(refused.getMessage()).contains(bad.why()), refused.getMessage());
    }

    @Test
    void token_namesTheBuyer_withinTheClockSkew() throws Exception {
        assertEquals("ada", tokens.buyer(ISSUER.token(ada().build())));
        assertEquals(
                "ada",
                tokens.buyer(ISSUER.token(ada().expirationTime(inSeconds(-20)).build())));
        assertEquals(
                "ada",
                tokens.buyer(ISSUER.token(ada().notBeforeTime(inSeconds(20)).build())));
    }

    @Test
    void buyer_isInTheClaim_thatWasConfigured() throws Exception {
        BuyerTokens byEmail = BuyerTokens.open(new TokenConfig(
                written("email.json", ISSUER.jwks()),
                Issuer.NAME,
                Issuer.AUDIENCE,
                "email",
                Duration.ZERO,
                Duration.ofSeconds(1)));
        assertEquals(
                "ada@example.org",
                byEmail.buyer(
                        ISSUER.token(ada().claim("email", "ada@example.org").build())));
        assertThrows(TokenRefusedException.class, () -> byEmail.buyer(ISSUER.token(ada().build())));
    }

    @Test
    void keys_areRead_fromPem() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        BuyerTokens both = BuyerTokens.open(
                config(written("keys.pem", pem(ISSUER.key.toRSAPublicKey()) + pem(ec.toECPublicKey()))));
        assertEquals("ada", both.buyer(ISSUER.token(ada().build())));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                ada().build());
        token.sign(new ECDSASigner(ec));
        assertEquals("ada", both.buyer(token.serialize()));
    }

    @Test
    void rotatedKeys_areFetched_whenAnUnknownOneIsNamed_andNotForEveryone() throws Exception {
        Issuer next = new Issuer("k2");
        AtomicInteger fetched = new AtomicInteger();
        String[] served = {ISSUER.jwks()};
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> {
            fetched.incrementAndGet();
            byte[] body = served[0].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            BuyerTokens remote = BuyerTokens.open(
                    config("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks"));
            String ofFirst = ISSUER.token(ada().build());
            for (int i = 0; i < 100; i++) {
                assertEquals("ada", remote.buyer(ofFirst));
            }
            assertEquals(1, fetched.get());
            String ofNext = next.token(ada().build());
            for (int i = 0; i < 100; i++) {
                assertThrows(TokenRefusedException.class, () -> remote.buyer(ofNext));
            }
            assertTrue(fetched.get() <= 4, () -> "fetched " + fetched.get() + " times for unknown keys");

            served[0] = next.jwks();
            Awaitility.await().ignoreExceptions().until(() -> remote.buyer(ofNext), "ada"::equals);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keysThatCannotBeFetched_areNoFaultOfTheToken() throws Exception {
        HttpServer closed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int port = closed.getAddress().getPort();
        closed.stop(0);
        BuyerTokens away = BuyerTokens.open(config("http://127.0.0.1:" + port + "/jwks"));
        String token = ISSUER.token(ada().build());
        assertThrows(KeysUnavailableException.class, () -> away.buyer(token));
    }

    @Test
    void keys_areRefused_thatVerifyNothingOrCouldForge() throws Exception {
        Map<String, String> refused = Map.of(
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
                "shared secret",
                "{\"keys\":[]}",
                "holds no key",
                "nonsense",
                "neither PEM nor JWKS",
                "{\"keys\":[" + ISSUER.key.toJSONString() + "]}",
                "private key",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "private key",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "neither RSA nor EC");
        for (var keys : refused.entrySet()) {
            String file = written("refused", keys.getKey());
            assertRefused(file, keys.getValue());
        }
        assertRefused(folder.resolve("missing").toString(), "cannot be read");
        assertRefused("http://login.example/jwks", "https://");
        assertRefused("ftp://login.example/jwks", "https://");
    }

    private static void assertRefused(String keys, String why) {
        OperatorError error = assertThrows(OperatorError.class, () -> BuyerTokens.open(config(keys)));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("jwt.keys") && message.contains(why), message);
    }
}
