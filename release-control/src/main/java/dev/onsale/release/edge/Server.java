package dev.onsale.release.edge;

import dev.onsale.runtime.OperatorError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One instance of order-service as HAProxy sees it.
 *
 * @param name begins with {@code stable} or {@code candidate}
 * @param status HAProxy's word, such as {@code UP}, {@code DOWN 1/2} or {@code MAINT}
 * @param sinceSeconds for how long it has been up, or down
 * @param refused attempts to connect that failed since HAProxy was started
 * @param cookie value of the cookie that keeps a buyer there
 */
record Server(String name, String status, int weight, long sinceSeconds, long refused, String cookie) {

    private static final String CANDIDATE = "candidate";
    private static final String STABLE = "stable";
    /** Commas outside of double quotes. */
    private static final Pattern COMMA = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    /** The servers of a backend, and the name of its cookie. */
    record Backend(List<Server> servers, String cookie) {

        List<Server> candidates() {
            return servers.stream().filter(Server::isCandidate).toList();
        }

        List<Server> stables() {
            return servers.stream().filter(server -> !server.isCandidate()).toList();
        }
    }

    /**
     * Reads what {@code show stat} answers for a backend.
     *
     * @throws OperatorError when it has no cookie, or not servers of both builds
     */
    static Backend backend(String name, String csv) {
        List<Server> servers = new ArrayList<>();
        String cookie = "";
        List<String> names = List.of();
        for (String line : csv.lines().filter(text -> !text.isBlank()).toList()) {
            List<String> values = List.of(COMMA.split(line, -1));
            if (line.startsWith("# ")) {
                names = List.of(COMMA.split(line.substring(2), -1));
                continue;
            }
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
                fields.put(names.get(i), values.get(i));
            }
            if (fields.getOrDefault("svname", "").equals("BACKEND")) {
                cookie = fields.getOrDefault("cookie", "");
            } else if (isOne(fields.getOrDefault("svname", ""))) {
                servers.add(of(fields));
            }
        }
        Backend backend = new Backend(servers, cookie);
        if (backend.candidates().isEmpty() || backend.stables().isEmpty() || cookie.isEmpty()) {
            throw new OperatorError("HAProxy's backend '" + name + "' needs a cookie, servers whose names begin with"
                    + " stable, and servers whose names begin with candidate; see deploy/haproxy/haproxy.cfg.");
        }
        return backend;
    }

    private static boolean isOne(String name) {
        return isCandidate(name) || name.startsWith(STABLE);
    }

    static boolean isCandidate(String name) {
        return name.startsWith(CANDIDATE);
    }

    private static Server of(Map<String, String> fields) {
        return new Server(
                fields.getOrDefault("svname", ""),
                fields.getOrDefault("status", ""),
                (int) number(fields, "weight"),
                number(fields, "lastchg"),
                number(fields, "econ"),
                fields.getOrDefault("cookie", ""));
    }

    private static long number(Map<String, String> fields, String name) {
        String value = fields.getOrDefault(name, "");
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    boolean isCandidate() {
        return isCandidate(name);
    }

    /** Whether it gets requests as far as its health goes. */
    boolean isUp() {
        return status.startsWith("UP") || status.equals("no check");
    }

    boolean isOut() {
        return status.startsWith("MAINT");
    }
}
