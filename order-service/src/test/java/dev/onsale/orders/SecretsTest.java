package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.onsale.orders.Caller.Answer;
import dev.onsale.orders.identity.Issuer;
import dev.onsale.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every secret that this service is told has a mark, and the mark is looked for wherever others may look. */
@Order(1)
final class SecretsTest {

    private static final String MARK = "S3CRET";
    private static final String PAYMENT_TOKEN = "pm_" + MARK;
    private static final String ADMIN_TOKEN = "admin-" + MARK;
    private static final String JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
            + " password=\"kafka-" + MARK + "\";";
    private static final String ORDER = OrdersEndToEndTest.TWO.replace("pm_card_visa", PAYMENT_TOKEN);

    @TempDir
    Path folder;

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Queue<String> answered = new ConcurrentLinkedQueue<>();
    private final Issuer issuer = new Issuer("k1");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getLoggerName() + " " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getLoggerName() + " " + entry.getMessage() + " " + entry.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** What a program logs by default, and more of our own. */
    @BeforeEach
    void listen() {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        logger("dev.onsale").setLevel(Level.TRACE);
        appender.start();
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        java.util.logging.Logger.getLogger("").addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        logger("dev.onsale").setLevel(Level.INFO);
        java.util.logging.Logger.getLogger("").removeHandler(handler);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private Answer answered(Answer answer) {
        answered.add(answer.response().headers() + " " + answer.response().body());
        return answer;
    }

    @Test
    void secrets_areInCommandsOnly_andNotInLogsAnswersOrMetrics() throws Exception {
        try (TestBroker broker = TestBroker.start();
                ScriptedDecider decider = new ScriptedDecider(broker)) {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "identity",
                    "jwt",
                    "jwt.keys",
                    Files.writeString(folder.resolve("keys"), issuer.jwks()).toString(),
                    "jwt.issuer",
                    Issuer.NAME,
                    "jwt.audience",
                    Issuer.AUDIENCE,
                    "admin.token",
                    ADMIN_TOKEN,
                    "kafka.sasl.jaas.config",
                    JAAS,
                    "schema.registry.password",
                    "registry-" + MARK));
            try (OrderService service = OrdersEndToEndTest.startService(broker, folder.resolve("state"), settings)) {
                await().atMost(Duration.ofSeconds(60)).until(service::ready);
                call(new Caller(service.httpPort()), new Caller(service.adminPort()));
                broker.stopBroker();
                assertEquals(
                        503,
                        answered(order(new Caller(service.httpPort()), "late", ORDER))
                                .status());
            }
        }
        assertTrue(logged.stream().anyMatch(line -> line.contains("ProducerConfig values")), "logs are listened to");
        assertTrue(logged.stream().anyMatch(line -> line.contains("could not be written")), "and ours, too");
        assertNoMark(logged.stream());
        assertNoMark(answered.stream());
    }

    private void call(Caller http, Caller admin) throws Exception {
        await().until(() -> order(http, "held-0", ORDER).status() == 201);
        answered(order(http, "held-1", ORDER));
        Answer declined = answered(order(http, "declined-1", ORDER));
        assertEquals(201, declined.status(), declined.response().body());
        String path = declined.header("Location");
        String buyer = issuer.bearer("declined-1");
        answered(http.get(path, "Authorization", buyer));
        String[] json = {"Content-Type", "application/json", "Authorization", buyer, "Prefer", "wait=10"};
        assertEquals(
                200,
                answered(http.send("POST", path + "/payments", "{\"paymentToken\":\"" + PAYMENT_TOKEN + "\"}", json))
                        .status());
        for (String body : List.of(
                ORDER.replace("\"" + PAYMENT_TOKEN + "\"", PAYMENT_TOKEN),
                ORDER.replace("\"" + PAYMENT_TOKEN + "\"", "\"" + PAYMENT_TOKEN),
                ORDER.replace(PAYMENT_TOKEN, PAYMENT_TOKEN + "\\u0000"),
                ORDER.replace(PAYMENT_TOKEN, PAYMENT_TOKEN + "x".repeat(300)),
                ORDER.replace("\"" + PAYMENT_TOKEN + "\"", "[\"" + PAYMENT_TOKEN + "\"]"),
                "\"" + PAYMENT_TOKEN + "\"",
                PAYMENT_TOKEN)) {
            assertEquals(400, answered(order(http, "eve", body)).status(), body);
        }
        String forged = new Issuer("k1").bearer(MARK);
        assertEquals(401, answered(http.get(path, "Authorization", forged)).status());
        assertEquals(
                401, answered(http.get(path, "Authorization", "Basic " + MARK)).status());
        String[] wrong = {"Authorization", "Bearer " + MARK};
        assertEquals(
                401, answered(admin.send("POST", "/admin/events", "{}", wrong)).status());
        answered(admin.send(
                "POST",
                "/admin/orders/" + path.substring("/orders/".length()) + "/refund",
                "",
                "Authorization",
                "Bearer " + ADMIN_TOKEN));
        answered(admin.get("/admin/flags"));
        answered(admin.get("/metrics"));
        answered(http.get("/events"));
    }

    private Answer order(Caller http, String buyer, String body) {
        return http.send(
                "POST",
                "/orders",
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                issuer.bearer(buyer),
                "Idempotency-Key",
                "r",
                "Prefer",
                "wait=10");
    }

    private static void assertNoMark(Stream<String> lines) {
        assertEquals(List.of(), lines.filter(line -> line.contains(MARK)).toList());
    }

    @Test
    void configuration_isShown_withoutSecrets() {
        OrderServiceConfig config = OrderServiceConfig.from(Settings.of(
                Map.of("admin.token", ADMIN_TOKEN, "kafka.sasl.jaas.config", JAAS, "schema.registry.password", MARK)));
        assertFalse(config.toString().contains(MARK), config.toString());
    }
}
