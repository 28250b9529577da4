package dev.onsale.orders.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Requests;
import java.text.ParseException;
import java.util.Set;

/** Reads the buyer from a signed token. */
public final class BuyerTokens {

    /**
     * Signatures by a key pair only. An HMAC is not among them, so that nobody can sign with a public key; nor is {@code
     * none}. Which of these a key may do is said by its type, its curve and its {@code alg}.
     */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final TokenConfig config;

    private BuyerTokens(TokenConfig config) {
        this.config = config;
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                config.audience(),
                new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                Set.of("exp", config.buyerClaim()));
        claims.setMaxClockSkew((int) config.clockSkew().toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, TokenKeys.open(config)));
    }

    /**
     * Makes ready to read tokens. Keys from a URL are fetched with the first token.
     *
     * @throws OperatorError when a file of keys cannot be used
     */
    public static BuyerTokens open(TokenConfig config) {
        return new BuyerTokens(config);
    }

    /**
     * The buyer whom a token names.
     *
     * @throws TokenRefusedException when it is not signed by the issuer, not for us, or not valid now
     * @throws KeysUnavailableException when the issuer's keys cannot be fetched
     */
    public String buyer(String token) throws TokenRefusedException {
        String buyer;
        try {
            buyer = processor.process(token, null).getStringClaim(config.buyerClaim());
        } catch (ExpiredJWTException e) {
            throw new TokenRefusedException("this one has expired");
        } catch (BadJWTException e) {
            throw new TokenRefusedException(String.valueOf(e.getMessage()));
        } catch (BadJOSEException | RateLimitReachedException e) {
            throw new TokenRefusedException("this one is not signed by a key of the issuer");
        } catch (ParseException e) {
            throw new TokenRefusedException("this one cannot be read");
        } catch (KeySourceException e) {
            throw new KeysUnavailableException(e);
        } catch (JOSEException e) {
            throw new TokenRefusedException("its signature cannot be read");
        }
        if (buyer == null || !Requests.isIdentity(buyer)) {
            throw new TokenRefusedException("its claim " + config.buyerClaim()
                    + " is not a name of 1 to 128 visible ASCII characters without spaces");
        }
        return buyer;
    }

    /** What a good token is, for whoever sent none. */
    public String wanted() {
        return "a token that " + config.issuer() + " has issued for " + config.audience() + " and that is valid now";
    }
}
