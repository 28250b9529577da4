package dev.onsale.orders.http;

import java.util.Arrays;
import java.util.List;

/** Entity tags and {@code If-None-Match}. */
final class ETags {

    private ETags() {}

    static String of(String opaque) {
        return '"' + opaque + '"';
    }

    /** Whether the caller said that it has this state already. */
    static boolean callerHas(Call call, String etag) {
        return conditions(call).stream().anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
    }

    static boolean isConditional(Call call) {
        return !conditions(call).isEmpty();
    }

    private static List<String> conditions(Call call) {
        return call.headers("If-None-Match").stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }
}
