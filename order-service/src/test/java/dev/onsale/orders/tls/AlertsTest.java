package dev.onsale.orders.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts for Prometheus ask for metrics that there are, and say what to do. */
class AlertsTest {

    private static final Path RULES = Path.of("..", "deploy", "alerts", "certificates.yml");
    private static final Pattern METRIC = Pattern.compile("onsale_\\w+");

    @TempDir
    private Path folder;

    @Test
    void rules_askForMetricsThatExist_andPointToAPage() throws Exception {
        Authority authority = new Authority(folder);
        authority.install(authority.issue(1, Duration.ofDays(1)));
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        TlsConfig config = new TlsConfig(
                List.of(new PemPair(authority.certificateFile(), authority.keyFile())),
                List.of("X25519"),
                false,
                Optional.empty(),
                Duration.ofSeconds(1));
        String scraped;
        try (Certificates _ = Certificates.open(config, InstantSource.system(), meters)) {
            scraped = meters.scrape();
        }
        assertTrue(scraped.contains("onsale_tls_certificate_renewals_total 0"), scraped);
        JsonNode rules = new YAMLMapper().readTree(RULES.toFile()).at("/groups/0/rules");
        assertEquals(3, rules.size());
        for (JsonNode rule : rules) {
            List<String> metrics = METRIC.matcher(rule.path("expr").asText())
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertFalse(metrics.isEmpty(), rule::toString);
            metrics.forEach(metric -> assertTrue(scraped.contains("\n" + metric + " "), metric));
            String advice = rule.at("/annotations/description").asText();
            Path page = Path.of("..", advice.substring(advice.indexOf("docs/")));
            assertTrue(Files.exists(page), advice);
        }
    }
}
