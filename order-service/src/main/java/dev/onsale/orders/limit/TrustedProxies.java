package dev.onsale.orders.limit;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a call comes from. Each proxy adds the address that it was called from to the end of a header; so the header is read from its
 * end, for as long as those who wrote it are trusted. What an untrusted caller wrote there counts for nothing.
 *
 * @param networks of the proxies
 * @param header the one that they write: a caller could send the other
 */
public record TrustedProxies(List<Network> networks, String header) {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";
    /** An IPv6 network of one customer, who has all addresses in it. */
    private static final int SITE_BYTES = 8;

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    static TrustedProxies from(Settings settings) {
        List<Network> networks = new ArrayList<>();
        String text = settings.text("trusted.proxies", "");
        for (String network : text.isBlank() ? new String[0] : text.split(",", -1)) {
            networks.add(Network.parse(network.strip())
                    .orElseThrow(() -> new OperatorError("The setting trusted.proxies has '" + network.strip()
                            + "' but must be addresses or networks such as 10.0.0.0/8, separated by commas.")));
        }
        String header = settings.text("trusted.proxies.header", X_FORWARDED_FOR);
        if (!List.of(X_FORWARDED_FOR, FORWARDED).contains(header)) {
            throw new OperatorError("The setting trusted.proxies.header is '" + header + "' but must be "
                    + X_FORWARDED_FOR + " or " + FORWARDED + ", whichever the proxies write.");
        }
        return new TrustedProxies(networks, header);
    }

    /**
     * The caller behind the proxies, as a key of a limit: its address, or its network when it has many.
     *
     * @param peer who is connected
     * @param values of {@link #header()}
     */
    public String caller(InetAddress peer, List<String> values) {
        InetAddress caller = peer;
        List<String> hops =
                Arrays.asList(String.join(",", values).split(",", -1)).reversed();
        for (String hop : hops) {
            if (!trusted(caller)) {
                break;
            }
            Optional<InetAddress> before = address(hop);
            if (before.isEmpty()) {
                break;
            }
            caller = before.get();
        }
        return caller instanceof Inet6Address
                ? HexFormat.of().formatHex(caller.getAddress(), 0, SITE_BYTES)
                : caller.getHostAddress();
    }

    private boolean trusted(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private Optional<InetAddress> address(String hop) {
        String text = hop.strip();
        if (header.equals(FORWARDED)) {
            text = Arrays.stream(text.split(";", -1))
                    .map(String::strip)
                    .filter(pair -> pair.toLowerCase(Locale.ROOT).startsWith("for="))
                    .map(pair -> pair.substring("for=".length()).replace("\"", ""))
                    .findFirst()
                    .orElse("");
        }
        return Network.address(withoutPort(text));
    }

    /** {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String text) {
        if (text.startsWith("[")) {
            return text.substring(1, Math.max(1, text.indexOf(']')));
        }
        return text.indexOf(':') == text.lastIndexOf(':') ? text.replaceFirst(":\\d+$", "") : text;
    }
}
