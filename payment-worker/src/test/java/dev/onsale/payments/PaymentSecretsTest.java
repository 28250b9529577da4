package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.authorise;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.onsale.runtime.Settings;
import dev.onsale.wire.PaymentRequest;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What the worker is told in confidence, the gateway's key and buyers' payment tokens, it tells the gateway alone. */
@Isolated("it listens to everything that is logged")
final class PaymentSecretsTest {

    private static final String MARK = "S3CRET";

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            told.add(event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    @Test
    void secrets_areInNoLogReportOrMetric(@TempDir Path folder) throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.onsale");
        root.setLevel(Level.INFO);
        ours.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Simulated simulated = new Simulated(folder);
                TestBroker broker = TestBroker.start()) {
            PaymentWorkerConfig config = PaymentWorkerConfig.from(Settings.of(Map.of(
                    "bootstrap.servers", broker.bootstrapServers(),
                    "gateway.url", simulated.url().toString(),
                    "gateway.key", "sk_test_" + MARK,
                    "health.port", "0",
                    "flags.snapshot.file", folder.resolve("flags.json").toString())));
            simulated.behave("{\"dropResponseRate\":0.5,\"errorRate\":0.3}");
            List<String> orders =
                    IntStream.range(0, 10).mapToObj(i -> "order-" + i).toList();
            broker.ask(orders.stream()
                    .map(order -> authorise(order, "pm_" + MARK + "\n" + order))
                    .toArray(PaymentRequest[]::new));
            try (PaymentWorker worker = PaymentWorker.start(config, meters, () -> told.add("the worker failed"))) {
                for (String order : orders) {
                    await().atMost(Duration.ofMinutes(2))
                            .until(() -> !broker.reports(order).isEmpty());
                    told.add(broker.reports(order).toString());
                }
                assertTrue(worker.ready());
            }
        } finally {
            root.detachAppender(appender);
            root.setLevel(Level.ERROR);
            ours.setLevel(Level.INFO);
        }
        told.add(meters.scrape());
        assertTrue(told.stream().anyMatch(line -> line.startsWith("payment worker: ")), "logs are listened to");
        assertEquals(
                List.of(), told.stream().filter(line -> line.contains(MARK)).toList());
    }
}
