package dev.onsale.orders.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Issues tokens, as an identity provider does. */
public final class Issuer {

    public static final String NAME = "https://login.example";
    public static final String AUDIENCE = "onsale";

    final RSAKey key;

    public Issuer(String keyId) {
        try {
            key = new RSAKeyGenerator(2048).keyID(keyId).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What verifies this issuer's tokens. */
    public String jwks() {
        return new JWKSet(key).toString(true);
    }

    /** What reads this issuer's tokens, with its keys in a file. */
    public BuyerTokens accepted(Path keys) {
        return BuyerTokens.open(new TokenConfig(
                keys.toString(), NAME, AUDIENCE, "sub", Duration.ofSeconds(30), Duration.ofSeconds(30)));
    }

    static JWTClaimsSet.Builder claims(String buyer) {
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject(buyer)
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))));
    }

    /** A good token, as the header {@code Authorization} carries it. */
    public String bearer(String buyer) {
        return "Bearer " + token(claims(buyer).build());
    }

    String token(JWTClaimsSet claims) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
