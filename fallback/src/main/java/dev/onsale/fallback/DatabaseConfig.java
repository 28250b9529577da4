package dev.onsale.fallback;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the database is.
 *
 * @param url as JDBC has it, without user and password
 * @param poolSize most connections at once
 */
public record DatabaseConfig(String url, String user, String password, int poolSize) {

    private static final String SCHEME = "jdbc:postgresql:";
    private static final String URL = "fallback.url";

    /** Reads its settings; the caller's are left to the caller. @throws OperatorError naming the one that is wrong */
    public static DatabaseConfig from(Settings settings) {
        return new DatabaseConfig(
                url(settings.text(URL, SCHEME + "//127.0.0.1:5432/onsale")),
                settings.text("fallback.user", "onsale"),
                settings.text("fallback.password", ""),
                settings.integer("fallback.pool.size", 4, 1, 100));
    }

    /**
     * The same for a program that needs no database: it has one when {@code fallback.url} is set.
     *
     * @throws OperatorError naming the one that is wrong, or that is of no use
     */
    public static Optional<DatabaseConfig> ifSet(Settings settings) {
        boolean set = !settings.text(URL, "").isEmpty();
        if (!set) {
            Stream.of("fallback.user", "fallback.password", "fallback.pool.size")
                    .filter(key -> !settings.text(key, "").isEmpty())
                    .findFirst()
                    .ifPresent(key -> {
                        throw new OperatorError("The setting " + key + " is of no use without " + URL
                                + "; set that, too, or remove it.");
                    });
        }
        return set ? Optional.of(from(settings)) : Optional.empty();
    }

    private static String url(String url) {
        // What stands there may be a secret.
        if (url.contains("password=")) {
            throw new OperatorError("The setting fallback.url holds a password, and addresses are logged; set"
                    + " fallback.password instead.");
        }
        if (!url.startsWith(SCHEME)) {
            throw new OperatorError("The setting fallback.url is '" + url
                    + "' but must be a JDBC URL of PostgreSQL, such" + " as " + SCHEME + "//db.example:5432/onsale.");
        }
        return url;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
