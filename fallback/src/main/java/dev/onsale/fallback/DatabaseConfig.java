package dev.onsale.fallback;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;

/**
 * Where the database is.
 *
 * @param url as JDBC has it, without user and password
 * @param poolSize most connections at once
 */
public record DatabaseConfig(String url, String user, String password, int poolSize) {

    private static final String SCHEME = "jdbc:postgresql:";

    /** Reads its settings; the caller's are left to the caller. @throws OperatorError naming the one that is wrong */
    public static DatabaseConfig from(Settings settings) {
        return new DatabaseConfig(
                url(settings.text("fallback.url", SCHEME + "//127.0.0.1:5432/onsale")),
                settings.text("fallback.user", "onsale"),
                settings.text("fallback.password", ""),
                settings.integer("fallback.pool.size", 4, 1, 100));
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
