package dev.onsale.release.flags.managed;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.URI;

/** The setting {@code url} of every managed service. */
final class Address {

    private static final String KEY = "url";

    private Address() {}

    /** @throws OperatorError when it is missing, or no address of an HTTP server */
    static String required(Settings settings, String meaning) {
        return checked(settings.requiredText(KEY, meaning));
    }

    /** @throws OperatorError when it is no address of an HTTP server */
    static String or(Settings settings, String byDefault) {
        return checked(settings.text(KEY, byDefault));
    }

    private static String checked(String url) {
        try {
            URI address = URI.create(url);
            if (address.getHost() != null && String.valueOf(address.getScheme()).matches("https?")) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new OperatorError("The setting " + KEY + " is '" + url
                + "' but must be the address of an HTTP server, such as https://flags.example.com.");
    }
}
