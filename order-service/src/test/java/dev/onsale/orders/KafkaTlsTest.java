package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.tls.Authority;
import dev.onsale.orders.tls.Relay;
import dev.onsale.orders.tls.TlsWire;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a broker with TLS, certificates on both sides and SCRAM, by nothing but client properties. */
@Timeout(180)
final class KafkaTlsTest {

    private static final String LISTENER = "listener.name.secure.";
    private static final String PASSWORD = "s3cret-of-a-service";
    private static final int X25519 = 0x001d;

    @TempDir
    static Path folder;

    private static Authority authority;
    private static TestBroker broker;

    @BeforeAll
    static void start() throws Exception {
        authority = new Authority(folder);
        install("broker.pem", authority.issue(1, Duration.ofDays(1)));
        install("client.pem", authority.issue(101, Duration.ofDays(1)));
        Map<String, String> settings = new HashMap<>(Map.of(
                "listeners", "EXTERNAL://localhost:0,CONTROLLER://localhost:0,SECURE://localhost:0",
                "listener.security.protocol.map", "EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL"));
        Map.of(
                        "ssl.keystore.type", "PEM",
                        "ssl.keystore.location", folder.resolve("broker.pem").toString(),
                        "ssl.truststore.type", "PEM",
                        "ssl.truststore.location", authority.ca().toString(),
                        "ssl.client.auth", "required",
                        "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                        "scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;")
                .forEach((key, value) -> settings.put(LISTENER + key, value));
        broker = TestBroker.start(settings);
        broker.admin()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        "onsale", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                .all()
                .get();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** Key, certificate and chain in one file, as Kafka reads them. */
    private static void install(String name, HeldCertificate certificate) throws Exception {
        Authority.replace(
                folder.resolve(name),
                certificate.privateKeyPkcs8Pem() + certificate.certificatePem() + authority.rootPem());
    }

    /** The settings of any of the programs, as deploy/README.md has them. */
    private static Map<String, String> settings(String client) throws Exception {
        return Map.of(
                "bootstrap.servers",
                "localhost:" + broker.port("SECURE"),
                "kafka.security.protocol",
                "SASL_SSL",
                "kafka.sasl.mechanism",
                "SCRAM-SHA-512",
                "kafka.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"onsale\" password=\""
                        + PASSWORD + "\";",
                "kafka.ssl.truststore.type",
                "PEM",
                "kafka.ssl.truststore.location",
                authority.ca().toString(),
                "kafka.ssl.keystore.type",
                "PEM",
                "kafka.ssl.keystore.location",
                folder.resolve(client).toString());
    }

    private static KafkaProducer<String, String> producer(String keyStore) throws Exception {
        Map<String, Object> client =
                new HashMap<>(Settings.of(settings(keyStore)).kafkaClient());
        // Between two looks at the cluster its connections end.
        client.put("connections.max.idle.ms", "200");
        client.put("metadata.max.age.ms", "500");
        client.put("max.block.ms", "5000");
        return new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer) throws Exception {
        producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS, "key", "value")).get();
    }

    private static long serialOfTheBroker() throws Exception {
        try (TlsWire wire = new TlsWire(authority.jdk(), broker.port("SECURE"))) {
            return wire.serial();
        }
    }

    @Test
    void sale_goesOn_whileTheBrokersCertificateIsReplaced() throws Exception {
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        AtomicInteger sold = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        try (ScriptedDecider decider = new ScriptedDecider(broker);
                OrderService service =
                        OrdersEndToEndTest.startService(broker, folder.resolve("state"), settings("client.pem"))) {
            Caller http = new Caller(service.httpPort());
            await().atMost(Duration.ofSeconds(60)).until(service::ready);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> http.get("/orders/" + "0".repeat(32), "Onsale-Buyer", "b")
                                    .status()
                            == 404);
            Thread buyers = Thread.ofVirtual().start(() -> {
                while (!ended.get()) {
                    var answer = http.buy("sold-" + sold.get(), "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10");
                    if (answer.status() != 201) {
                        refused.add(answer.status() + " " + answer.response().body());
                    }
                    sold.incrementAndGet();
                }
            });
            await().until(() -> sold.get() >= 3);
            assertEquals(1, serialOfTheBroker());
            for (int serial = 2; serial <= 3; serial++) {
                int now = serial;
                install("broker.pem", authority.issue(serial, Duration.ofDays(serial)));
                setAgain(LISTENER + "ssl.keystore.location", folder.resolve("broker.pem"));
                await().until(() -> serialOfTheBroker() == now);
                int before = sold.get();
                await().until(() -> sold.get() >= before + 3);
                try (KafkaProducer<String, String> fresh = producer("client.pem")) {
                    send(fresh);
                }
            }
            ended.set(true);
            buyers.join();
            assertTrue(refused.isEmpty(), refused::toString);
            System.out.println(sold + " orders over 3 certificates of the broker, none refused");
        }
    }

    /** As {@code kafka-configs.sh --alter} does: the same path, so that the file is read again. */
    private static void setAgain(String key, Path file) throws Exception {
        broker.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.BROKER, broker.brokerId()),
                        List.of(new AlterConfigOp(new ConfigEntry(key, file.toString()), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** A new file is for the next client: those that run keep what they read at their start. */
    @Test
    void client_keepsItsCertificate_untilItIsStartedAgain() throws Exception {
        install("short-lived.pem", authority.issue(102, Duration.ofDays(1)));
        try (KafkaProducer<String, String> running = producer("short-lived.pem")) {
            send(running);
            HeldCertificate strange = new Authority(folder).issue(103, Duration.ofDays(1));
            Authority.replace(
                    folder.resolve("short-lived.pem"), strange.privateKeyPkcs8Pem() + strange.certificatePem());
            double created = connections(running);
            await().until(() -> connections(running) > created);
            send(running);
        }
        try (KafkaProducer<String, String> next = producer("short-lived.pem")) {
            ExecutionException refused = assertThrows(ExecutionException.class, () -> send(next));
            assertInstanceOf(SslAuthenticationException.class, refused.getCause());
        }
    }

    /** That it has made so far. */
    private static double connections(KafkaProducer<String, String> producer) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("connection-creation-total")
                        && metric.metricName().group().equals("producer-metrics"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    /** When this fails since the JDK has learned it, docs/crypto.md may say so. */
    @Test
    void broker_agreesOnKeysClassically_evenWithAClientThatPrefersHybridOnes() throws Exception {
        try (Relay relay = new Relay(broker.port("SECURE"));
                TlsWire _ = new TlsWire(authority.conscrypt(), relay.port())) {
            assertEquals(OptionalInt.of(X25519), relay.group());
        }
    }
}
