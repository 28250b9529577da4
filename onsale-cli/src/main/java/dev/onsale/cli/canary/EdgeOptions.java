package dev.onsale.cli.canary;

import dev.onsale.release.edge.Edge;
import dev.onsale.release.edge.Haproxy;
import dev.onsale.release.edge.WeightsProgram;
import dev.onsale.release.flags.Variants;
import dev.onsale.runtime.OperatorError;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What gives the candidate its buyers: the services themselves, or HAProxy or DNS before them when a build is canaried. */
final class EdgeOptions {

    @Option(
            names = "--haproxy",
            paramLabel = "SOCKET",
            description = "For order-service: HAProxy's runtime socket, a path or HOST:PORT, with level admin.")
    @Nullable
    String haproxy;

    @Option(
            names = "--weights",
            paramLabel = "PROGRAM",
            description =
                    "For order-service without HAProxy: a program that sets weights, such as those of a DNS record"
                            + " (deploy/dns-weights).")
    @Nullable
    String weights;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "orders",
            description = "HAProxy's backend with the servers of both builds. Default: ${DEFAULT-VALUE}.")
    String backend = "";

    @Option(
            names = "--edge",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8000",
            description =
                    "Where buyers reach HAProxy, to see whether an abort reaches them. Default: ${DEFAULT-VALUE}.")
    URI buyers = URI.create("");

    /** Empty: a flag gives the candidate of this path. @throws OperatorError when it is not said what does */
    Optional<Edge> of(String path) {
        if (!path.equals(Variants.ORDER_SERVICE)) {
            if (haproxy != null || weights != null) {
                throw new OperatorError(
                        "The candidate of " + path + " gets its buyers by a flag; leave out --haproxy and --weights.");
            }
            return Optional.empty();
        }
        if ((haproxy == null) == (weights == null)) {
            throw new OperatorError(
                    "Builds of order-service get their buyers from HAProxy; say where its runtime socket"
                            + " is, such as --haproxy /run/haproxy/onsale.sock, or which program sets weights, by --weights"
                            + " (docs/runbook/canary-build.md says how to set up either).");
        }
        return Optional.of(haproxy == null ? new WeightsProgram(weights) : haproxy(haproxy));
    }

    private Haproxy haproxy(String socket) {
        if (buyers.getHost() == null || !"http".equals(buyers.getScheme())) {
            throw new OperatorError(
                    "Buyers cannot reach HAProxy at '" + buyers + "'; give --edge as http://HOST:PORT.");
        }
        return new Haproxy(socket, backend, buyers.resolve("/"));
    }
}
