package dev.onsale.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EmbeddedBrokerTest {

    private static final String TOPIC = "kept";

    @TempDir
    Path temporary = Path.of("");

    @Test
    void broker_keepsItsData_whenKilled() throws Exception {
        List<String> written = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            Process process = start(temporary.resolve("data"));
            try {
                String port = port(process);
                if (life == 0) {
                    create(port);
                }
                assertEquals(written, read(port), "in life " + life);
                written.addAll(write(port, life));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void folder_namesTheProcess_whenAnotherProcessHasIt() throws Exception {
        Process process = start(temporary);
        try {
            String port = port(process);
            assertFalse(port.isEmpty());
            OperatorError error = assertThrows(OperatorError.class, () -> DataFolder.lock(temporary));
            assertTrue(String.valueOf(error.getMessage()).contains("process " + process.pid()), error.getMessage());
        } finally {
            process.destroyForcibly().waitFor();
        }
        DataFolder.lock(temporary).close();
    }

    @Test
    void broker_startsAndStops_whenInThisProcess() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        try (EmbeddedBroker broker = EmbeddedBroker.start(temporary.resolve("kafka"), 0, () -> failed.set(true));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            assertEquals(2, level(features, "transaction.version"));
            assertEquals(1, level(features, "share.version"));
        }
        assertFalse(failed.get(), "stopping is no failure");
    }

    private static int level(Map<String, org.apache.kafka.clients.admin.FinalizedVersionRange> features, String name) {
        var range = features.get(name);
        return range == null ? 0 : range.maxVersionLevel();
    }

    @Test
    void broker_isRefused_whenItsPortIsInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OperatorError error = assertThrows(
                    OperatorError.class,
                    () -> EmbeddedBroker.start(temporary.resolve("kafka"), other.getLocalPort(), () -> {}));
            assertTrue(String.valueOf(error.getMessage()).contains("Port " + other.getLocalPort()), error.getMessage());
            assertFalse(Files.exists(temporary.resolve("kafka")), "nothing is written before the port is ours");
        }
    }

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits until it is ready. */
    private static String port(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String port = out.readLine();
        assertTrue(port != null, "the broker did not start");
        return String.valueOf(port);
    }

    private static void create(String port) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static List<String> write(String port, int life) throws Exception {
        List<String> values = new ArrayList<>();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + port, "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < 50; i++) {
                String value = life + "-" + i;
                producer.send(new ProducerRecord<>(TOPIC, value)).get();
                values.add(value);
            }
        }
        return values;
    }

    private static List<String> read(String port) {
        List<String> values = new ArrayList<>();
        var partition = new TopicPartition(TOPIC, 0);
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + port), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
