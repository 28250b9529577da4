package dev.onsale.release.edge;

import dev.onsale.release.edge.Server.Backend;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy with the configuration of {@code deploy/haproxy/haproxy.cfg}: one backend with servers of both builds, a cookie that
 * keeps a buyer at one of them, and a ring with its log. It is steered by its runtime socket.
 *
 * <p>Nobody is left at a server by its weight alone: at weight 0, or while it is drained, it still gets the buyers who have its
 * cookie. So a build that is to get nobody goes into maintenance. What somebody else has put into maintenance stays there, while
 * the build has another server.
 *
 * <p>Not safe for use by several threads.
 */
public final class Haproxy implements Edge {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final int PROBES = 20;
    private static final long PAUSE_MILLIS = 100;
    private static final int NOBODY = 0;
    private static final int EVERYBODY = 100;

    private final RuntimeSocket socket;
    private final String backend;
    private final URI buyers;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
    private @Nullable EdgeLog log;
    private int told;
    /** Refused connections of the stable build when the log began to be read. */
    private long stableRefusedBefore;

    /**
     * @param socket path of the runtime socket, or its HOST:PORT
     * @param backend name of the backend with the servers
     * @param buyers where buyers reach HAProxy
     */
    public Haproxy(String socket, String backend, URI buyers) {
        this.socket = RuntimeSocket.at(socket);
        this.backend = backend;
        this.buyers = buyers;
    }

    private Backend backend() {
        return Server.backend(backend, socket.ask("show stat " + backend + " 6 -1"));
    }

    @Override
    public void share(int percent) {
        Backend now = backend();
        // Whoever is to get more comes first, so that buyers always find somebody.
        if (percent > NOBODY) {
            bringBack(now.candidates());
        }
        if (percent < EVERYBODY) {
            bringBack(now.stables());
        }
        weigh(now, percent);
        if (percent == NOBODY) {
            takeOut(now.candidates());
        }
        if (percent == EVERYBODY) {
            takeOut(now.stables());
        }
        told = percent;
    }

    private void bringBack(List<Server> servers) {
        if (servers.stream().allMatch(Server::isOut)) {
            servers.forEach(server -> set(server, "state ready"));
        }
    }

    private void takeOut(List<Server> servers) {
        servers.forEach(server -> set(server, "state maint"));
    }

    private void weigh(Backend now, int percent) {
        Weights weights = weights(now, percent);
        now.stables().forEach(server -> set(server, "weight " + weights.stable()));
        now.candidates().forEach(server -> set(server, "weight " + weights.candidate()));
    }

    private static Weights weights(Backend now, int percent) {
        return percent == NOBODY || percent == EVERYBODY
                ? Weights.EQUAL
                : Weights.of(percent, now.candidates().size(), now.stables().size());
    }

    private void set(Server server, String what) {
        socket.tell("set server " + backend + "/" + server.name() + " " + what);
    }

    @Override
    public void requireCandidate() {
        if (backend().candidates().stream().noneMatch(Server::isUp)) {
            throw new OperatorError(
                    "HAProxy has no candidate server that is up, and buyers would find nobody; start the"
                            + " candidate, and look at its /health/ready.");
        }
    }

    @Override
    public long position() {
        return EdgeLog.position(socket);
    }

    @Override
    public void follow(long after) {
        closeLog();
        stableRefusedBefore = refused(backend().stables());
        log = EdgeLog.follow(socket, after);
    }

    private static long refused(List<Server> servers) {
        return servers.stream().mapToLong(Server::refused).sum();
    }

    @Override
    public Seen look() {
        EdgeLog followed = log;
        if (followed == null) {
            throw new IllegalStateException("nobody follows the log");
        }
        List<EdgeLine> lines = followed.next();
        Backend now = backend();
        boolean stableRefuses = refused(now.stables()) != stableRefusedBefore;
        List<Request> requests = new ArrayList<>();
        lines.forEach(line -> requests.addAll(line.requests(stableRefuses)));
        long position = lines.stream().mapToLong(EdgeLine::atMillis).max().orElse(0);
        return new Seen(requests, position, awayMillis(now), isAsTold(now));
    }

    private static long awayMillis(Backend now) {
        if (now.stables().stream().noneMatch(Server::isUp)) {
            return 0;
        }
        return now.candidates().stream()
                .mapToLong(server -> server.isUp() ? 0 : TimeUnit.SECONDS.toMillis(server.sinceSeconds()))
                .min()
                .orElse(0);
    }

    private boolean isAsTold(Backend now) {
        Weights weights = weights(now, told);
        return now.candidates().stream().allMatch(Server::isOut) == (told == NOBODY)
                && now.stables().stream().allMatch(Server::isOut) == (told == EVERYBODY)
                && now.candidates().stream().allMatch(server -> server.weight() == weights.candidate())
                && now.stables().stream().allMatch(server -> server.weight() == weights.stable());
    }

    @Override
    public Finding aborted() throws InterruptedException {
        Backend now = backend();
        String had = now.candidates().getFirst().cookie();
        String saw = "nobody was asked";
        for (int i = 0; i < PROBES; i++) {
            try {
                HttpResponse<Void> answer = client.send(
                        HttpRequest.newBuilder(buyers)
                                .timeout(PROBE_TIMEOUT)
                                .header("Cookie", now.cookie() + "=" + had)
                                .build(),
                        BodyHandlers.discarding());
                String got = cookie(answer, now.cookie());
                if (now.stables().stream().anyMatch(server -> server.cookie().equals(got))) {
                    return new Finding(
                            true,
                            "The abort reaches buyers: one with the cookie of " + had + " was answered by " + got);
                }
                saw = "it was answered by " + answer.statusCode() + " without the cookie of a stable server";
            } catch (IOException e) {
                saw = "it was not answered (" + e + ")";
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return new Finding(
                false,
                "THE ABORT DOES NOT REACH BUYERS: a request to " + buyers + " with the cookie of " + had
                        + " was sent, and " + saw + "; put the servers of the candidate into maintenance at HAProxy"
                        + " (docs/runbook/canary-build.md)");
    }

    /** A server sets its cookie only for those who came with another one. */
    private static String cookie(HttpResponse<Void> answer, String name) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(set -> set.startsWith(name + "="))
                .map(set -> set.substring(name.length() + 1).split(";", 2)[0])
                .findFirst()
                .orElse("");
    }

    private void closeLog() {
        EdgeLog open = log;
        log = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closeLog();
        client.close();
    }
}
