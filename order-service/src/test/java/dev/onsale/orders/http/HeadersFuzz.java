package dev.onsale.orders.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onsale.orders.identity.BuyerTokens;
import dev.onsale.orders.identity.Issuer;
import dev.onsale.orders.identity.TokenRefusedException;
import dev.onsale.orders.limit.LimitConfig;
import dev.onsale.orders.limit.TrustedProxies;
import dev.onsale.runtime.Settings;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a header holds, it is understood, ignored, or refused with what is wrong. The first byte says which header it is; a line
 * feed begins another one of the same name.
 */
class HeadersFuzz {

    private static final Issuer ISSUER = new Issuer("k1");
    private static final TrustedProxies X_FORWARDED_FOR = proxies("X-Forwarded-For");
    private static final TrustedProxies FORWARDED = proxies("Forwarded");
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.1.2.3");

    @TempDir
    static Path folder;

    private static BuyerTokens tokens;

    @BeforeAll
    static void open() throws Exception {
        tokens = ISSUER.accepted(Files.writeString(folder.resolve("keys.json"), ISSUER.jwks()));
    }

    private static TrustedProxies proxies(String header) {
        return LimitConfig.from(Settings.of(Map.of("trusted.proxies", "10.0.0.0/8", "trusted.proxies.header", header)))
                .proxies();
    }

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "pwait=5",
                        "prespond-async, wait = \"7\"; x=y\nwait=99999999999",
                        "x203.0.113.9, 10.9.9.9",
                        "x[2001:db8::1]:4711\n192.0.2.1:80",
                        "ffor=192.0.2.1;proto=https, for=\"[2001:db8::1]:4711\"",
                        "t" + ISSUER.bearer("ada").substring("Bearer ".length()),
                        "teyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.")
                .map(text -> Arguments.arguments((Object) text.getBytes(ISO_8859_1)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3s")
    void header_isUnderstoodIgnoredOrRefused(byte[] input) {
        read(input);
    }

    @Tag("long")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1h")
    void header_isUnderstoodIgnoredOrRefused_forAnHour(byte[] input) {
        read(input);
    }

    private static void read(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String text = new String(input, 1, input.length - 1, ISO_8859_1);
        List<String> values = Arrays.asList(text.split("\n", -1));
        switch (input[0]) {
            case 'p' -> Prefer.waiting(values).ifPresent(HeadersFuzz::requireUsable);
            case 'x' -> requireKey(X_FORWARDED_FOR.caller(PROXY, values));
            case 'f' -> requireKey(FORWARDED.caller(PROXY, values));
            default -> requireNoOther(text);
        }
    }

    private static void requireUsable(Duration wait) {
        if (wait.isNegative() || wait.toSeconds() > Prefer.MAX_WAIT_SECONDS) {
            throw new AssertionError("waits for " + wait);
        }
    }

    /** A key of a limit is short, whatever it was made of. */
    private static void requireKey(String key) {
        if (!key.matches("[0-9a-f.]{7,16}")) {
            throw new AssertionError("the caller would be " + key);
        }
    }

    private static void requireNoOther(String token) {
        try {
            String buyer = tokens.buyer(token);
            if (!buyer.equals("ada")) {
                throw new AssertionError("forged: " + buyer);
            }
        } catch (TokenRefusedException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("refused without a reason", e);
            }
        }
    }
}
