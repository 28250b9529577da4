package dev.onsale.orders.tls;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * TLS on the HTTP ports.
 *
 * @param pairs files with certificates and their keys; of several the one is served that is valid longest
 * @param groups ways to agree on keys, the preferred one first
 * @param admin whether the admin port has TLS, too
 * @param ca certificates by which instances verify each other, as PEM; empty: the JDK's root certificates
 * @param refresh pause between two looks at the files
 */
public record TlsConfig(List<PemPair> pairs, List<String> groups, boolean admin, Optional<Path> ca, Duration refresh) {

    private static final String CERTIFICATE = "tls.certificate";
    private static final String KEY = "tls.key";
    private static final String GROUPS = "tls.groups";
    private static final String CA = "tls.ca";
    private static final String DEFAULT_GROUPS = "X25519MLKEM768,X25519,P-256,P-384";

    public TlsConfig {
        pairs = List.copyOf(pairs);
        groups = List.copyOf(groups);
    }

    /** Empty: HTTP is plain. @throws OperatorError naming a setting that is invalid */
    public static Optional<TlsConfig> from(Settings settings) {
        String certificates = settings.text(CERTIFICATE, "");
        String keys = settings.text(KEY, "");
        String groups = settings.text(GROUPS, DEFAULT_GROUPS);
        boolean admin = settings.flag("tls.admin", false);
        String ca = settings.text(CA, "");
        Duration refresh =
                settings.millis("tls.refresh.ms", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMinutes(10));
        if (certificates.isEmpty()) {
            requireNothingElse(keys, groups, admin, ca);
            return Optional.empty();
        }
        return Optional.of(new TlsConfig(
                pairs(certificates, keys),
                groups(groups),
                admin,
                ca.isEmpty() ? Optional.empty() : Optional.of(Path.of(ca)),
                refresh));
    }

    private static void requireNothingElse(String keys, String groups, boolean admin, String ca) {
        String set = !keys.isEmpty()
                ? KEY
                : !groups.equals(DEFAULT_GROUPS) ? GROUPS : admin ? "tls.admin" : !ca.isEmpty() ? CA : "";
        if (!set.isEmpty()) {
            throw new OperatorError(
                    "The setting " + set + " is of no use without tls.certificate; set that to a PEM file"
                            + " with the server's certificate and its chain.");
        }
    }

    private static List<PemPair> pairs(String certificates, String keys) {
        List<String> certificateFiles = list(certificates);
        List<String> keyFiles = list(keys);
        if (certificateFiles.size() != keyFiles.size()) {
            throw new OperatorError("The setting tls.key names " + keyFiles.size() + " files but tls.certificate "
                    + certificateFiles.size() + "; name one key for each certificate, in the same order.");
        }
        List<PemPair> pairs = new ArrayList<>();
        for (int i = 0; i < keyFiles.size(); i++) {
            pairs.add(new PemPair(Path.of(certificateFiles.get(i)), Path.of(keyFiles.get(i))));
        }
        return pairs;
    }

    private static List<String> groups(String text) {
        List<String> groups = list(text);
        for (String group : groups) {
            if (!Conscrypts.knowsGroup(group)) {
                throw new OperatorError("The setting tls.groups is '" + text + "' but '" + group
                        + "' is no group that is known here; the default is " + DEFAULT_GROUPS + ".");
            }
        }
        if (groups.isEmpty()) {
            throw new OperatorError("The setting tls.groups names no group; the default is " + DEFAULT_GROUPS + ".");
        }
        return groups;
    }

    private static List<String> list(String text) {
        return List.of(text.split(",", -1)).stream()
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }
}
