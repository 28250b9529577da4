package dev.onsale.orders.identity;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * Which signed tokens (JWT) name a buyer.
 *
 * @param keys the issuer's public keys: a file (JWKS or PEM), or the URL of a JWKS
 * @param issuer what the claim {@code iss} must be
 * @param audience what the claim {@code aud} must contain
 * @param buyerClaim the claim that is the buyer's name
 * @param clockSkew how far the issuer's clock and ours may be apart
 * @param refresh pause between two fetches of the URL, however many unknown keys are named
 */
public record TokenConfig(
        String keys, String issuer, String audience, String buyerClaim, Duration clockSkew, Duration refresh) {

    /** Who says who the buyer is. */
    private enum Identity {
        HEADER,
        JWT
    }

    /**
     * Reads the settings {@code identity} and {@code jwt.*}.
     *
     * @return empty: the buyer is named by the header that the API gateway sets
     * @throws OperatorError when a setting is missing, invalid, or of no use
     */
    public static Optional<TokenConfig> from(Settings settings) {
        Identity identity = settings.oneOf("identity", Identity.HEADER);
        TokenConfig config = new TokenConfig(
                settings.text("jwt.keys", ""),
                settings.text("jwt.issuer", ""),
                settings.text("jwt.audience", ""),
                settings.text("jwt.buyer.claim", "sub"),
                settings.millis("jwt.clock.skew.ms", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5)),
                settings.millis("jwt.refresh.ms", Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofHours(1)));
        if (identity == Identity.JWT) {
            settings.requiredText("jwt.keys", "a file with the issuer's public keys (JWKS or PEM), or its JWKS URL");
            settings.requiredText("jwt.issuer", "the tokens' claim iss");
            settings.requiredText("jwt.audience", "what the tokens' claim aud contains");
            return Optional.of(config);
        }
        if (!(config.keys + config.issuer + config.audience).isEmpty()) {
            throw new OperatorError(
                    "The settings jwt.* are of no use while identity is header; set identity to jwt, or leave"
                            + " out jwt.keys, jwt.issuer and jwt.audience.");
        }
        return Optional.empty();
    }
}
