package dev.onsale.orders.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The other instances of this service. What they pass on says so, to go no further; and it is proven by what only those
 * can compute who know the admin token, since it was counted already where it came in.
 */
public final class Fellows {

    /** Without a token there is no proof: such calls are counted again. */
    private static final String UNPROVEN = "1";

    private final String proof;

    /** @param adminToken the same on all instances; empty: none */
    public Fellows(String adminToken) {
        this.proof = adminToken.isEmpty() ? UNPROVEN : proof(adminToken);
    }

    private static String proof(String adminToken) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(adminToken.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal("passed on".getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The header of calls to other instances. */
    public static String header() {
        return Callers.FORWARDED;
    }

    /** What stands in it. */
    public String proof() {
        return proof;
    }

    /** Whether a call was certainly passed on by another instance. */
    boolean passedOn(Call call) {
        return !proof.equals(UNPROVEN)
                && MessageDigest.isEqual(
                        call.header(Callers.FORWARDED).orElse("").getBytes(StandardCharsets.UTF_8),
                        proof.getBytes(StandardCharsets.UTF_8));
    }
}
