package dev.onsale.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.Brokers;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.cli.http.Web;
import dev.onsale.orders.tls.InstanceCalls;
import dev.onsale.runtime.OperatorError;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale doctor}. */
@Command(
        name = "doctor",
        description = "Check brokers, versions, topics, groups, configuration and TLS, and say what to do.",
        footer = "%nExit codes: 0 nothing failed (there may be warnings), 1 something failed, 2 could not look.")
public final class DoctorCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--check-config",
            paramLabel = "SERVICE=FILE",
            description =
                    "Also check the configuration file of a service: inventory-stream, order-service, payment-worker or"
                            + " gateway-simulator.")
    Map<String, Path> configurations = Map.of();

    @Option(
            names = "--tls",
            paramLabel = "HOST[:PORT]",
            description =
                    "Say which key exchange and which certificates a TLS connection to a server really gets. Brokers are"
                            + " looked at only if --bootstrap or --config is given, too.")
    @Nullable
    String tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Certificates of the authorities by which the server is verified, as PEM. Default: those of the JDK.")
    @Nullable
    Path ca;

    @Option(names = "--json", description = "Print one JSON object a line: {level, what, advice}.")
    boolean json;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        configurations.forEach((service, file) -> findings.add(Configurations.check(service, file)));
        if (tls == null && ca != null) {
            throw new OperatorError("--ca is of no use without --tls; say with --tls HOST:PORT whom to connect to.");
        }
        if (tls != null) {
            List<X509Certificate> roots = ca == null ? List.of() : InstanceCalls.roots(ca);
            findings.addAll(TlsCheck.of(
                    Handshake.with(TlsCheck.server(tls), roots),
                    ca == null ? "the JDK's root certificates" : ca.toString(),
                    Instant.now()));
        }
        if (tls == null || cluster.given()) {
            try (Admin admin = Brokers.admin(cluster.client())) {
                findings.addAll(Checks.of(Look.at(admin)));
            }
        }
        findings.forEach(finding -> System.out.println(json ? toJson(finding) : finding.line()));
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL) ? 1 : 0;
    }

    private static String toJson(Finding finding) {
        ObjectNode node = Web.mapper()
                .createObjectNode()
                .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                .put("what", finding.what())
                .put("advice", finding.advice());
        try {
            return Web.mapper().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }
}
