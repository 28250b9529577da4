package dev.onsale.payments.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Parameters of a call: form-encoded, nested ones as {@code metadata[orderId]}. */
record Form(Map<String, String> parameters) {

    static Form parse(String body) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : body.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parameters.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new Form(parameters);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.malformed("The body is not form-encoded: " + e.getMessage());
        }
    }

    String text(String name, String defaultValue) {
        return parameters.getOrDefault(name, defaultValue);
    }

    String required(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw Refusal.missing(name);
        }
        return value;
    }

    /** A whole number from 1 in minor units. */
    long amount(String name, String value) {
        if (!value.matches("[1-9]\\d{0,17}")) {
            throw Refusal.invalid(name, "Invalid integer: " + value + "; it must be at least 1, in minor units.");
        }
        return Long.parseLong(value);
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        parameters.forEach((name, value) -> {
            if (name.startsWith("metadata[") && name.endsWith("]")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
        return metadata;
    }

    /** The same for the same parameters sent to the same path, in whatever order. */
    String hash(String path) {
        StringBuilder text = new StringBuilder(path);
        // Lengths keep a value that holds a separator from looking like two parameters.
        parameters.forEach((name, value) -> text.append('\n')
                .append(name.length())
                .append(' ')
                .append(name)
                .append(value.length())
                .append(' ')
                .append(value));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
