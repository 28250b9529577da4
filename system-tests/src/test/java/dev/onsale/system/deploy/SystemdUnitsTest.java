package dev.onsale.system.deploy;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onsale.fallback.ExporterConfig;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import dev.onsale.system.stack.OnsaleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units are what systemd allows, and start the services with settings that these accept. */
class SystemdUnitsTest {

    private static final Path FOLDER = OnsaleProcess.root().resolve("deploy/systemd");
    private static final Path SYSTEM_UNITS = Path.of("/lib/systemd/system");
    /** Out of 100, by systemd's own judgement; a unit without hardening has 96. */
    private static final int MOST_EXPOSURE = 20;

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"inventory-stream", "order-service", "payment-worker", "exporter"})
    void unit_isValidAndHardened_bySystemd(String service) throws Exception {
        install();
        Tool verified = analyze("verify", service);
        // systemd warns of an unknown key and goes on, so anything said counts.
        assertEquals("", verified.output());
        assertEquals(0, verified.exitCode());
        Tool judged = Tool.run(
                root,
                "systemd-analyze",
                "security",
                "--offline=true",
                "--no-pager",
                "--threshold=" + MOST_EXPOSURE,
                "--root=" + root,
                unit(service));
        assertEquals(0, judged.exitCode(), judged.output());
    }

    /** The check above can fail, and it reads the drop-in that all units share. */
    @ParameterizedTest
    @ValueSource(strings = {"Restart=allways", "LimitNOFILES=65536", "TimeoutStopSec=soon"})
    void wrongUnit_isRefused_bySystemd(String line) throws Exception {
        install();
        Path shared = root.resolve("etc/systemd/system/onsale-.service.d/common.conf");
        Files.writeString(shared, Files.readString(shared) + line + "\n");
        assertTrue(analyze("verify", "order-service").output().contains("common.conf"), line);
    }

    private Tool analyze(String verb, String service) throws InterruptedException {
        return Tool.run(root, "systemd-analyze", verb, "--root=" + root, unit(service));
    }

    private static String unit(String service) {
        return "onsale-" + service + "@1.service";
    }

    /** A root folder with the targets of systemd, our units, and something to execute. */
    private void install() throws Exception {
        assumeTrue(
                Tool.run(root, "systemd-analyze", "--version").exitCode() == 0 && Files.isDirectory(SYSTEM_UNITS),
                "SKIPPED: systemd is not installed, so its units were not verified");
        Path targets = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Path units = Files.createDirectories(root.resolve("etc/systemd/system"));
        Path sharedUnits = Files.createDirectories(units.resolve("onsale-.service.d"));
        copy(SYSTEM_UNITS, ".target", targets);
        copy(FOLDER, ".service", units);
        copy(FOLDER.resolve("onsale-.service.d"), ".conf", sharedUnits);
        Path java = root.resolve("opt/onsale/java/bin/java");
        Files.createDirectories(java.getParent());
        Files.copy(Path.of("/bin/true"), java);
    }

    private static void copy(Path from, String suffix, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(
                            file -> file.toString().endsWith(suffix) && Files.isRegularFile(file, NOFOLLOW_LINKS))
                    .toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void inventoryStream_acceptsItsSettings() throws IOException {
        InventoryConfig config = InventoryConfig.from(settings("inventory-stream", Map.of()));
        assertEquals("inventory-stream-host-1", config.instanceId());
        assertEquals(Path.of("/var/lib/onsale/inventory-stream-1"), config.stateDir());
    }

    @Test
    void orderService_acceptsItsSettings() throws IOException {
        OrderServiceConfig config =
                OrderServiceConfig.from(settings("order-service", Map.of("ONSALE_ADMIN_TOKEN", "secret")));
        assertEquals("order-service-host-1", config.instanceId());
        assertEquals("http://host:" + config.httpPort(), config.advertisedUrl());
        assertEquals(Path.of("/var/lib/onsale/order-service-1"), config.stateDir());
    }

    @Test
    void paymentWorker_acceptsItsSettings() throws IOException {
        PaymentWorkerConfig config =
                PaymentWorkerConfig.from(settings("payment-worker", Map.of("ONSALE_GATEWAY_KEY", "secret")));
        assertEquals(
                Path.of("/var/lib/onsale/payment-worker-1/flags.json"),
                config.flags().snapshotFile());
    }

    @Test
    void exporter_acceptsItsSettings() throws IOException {
        ExporterConfig config = ExporterConfig.from(settings("exporter", Map.of("ONSALE_FALLBACK_PASSWORD", "secret")));
        assertEquals(
                "jdbc:postgresql://db.example:5432/onsale", config.database().url());
    }

    /** The checks above can fail. */
    @Test
    void misspelledSetting_isRefused() throws IOException {
        Settings settings = settings("inventory-stream", Map.of("ONSALE_THREAD", "2"));
        var refused = assertThrows(OperatorError.class, () -> InventoryConfig.from(settings));
        assertTrue(String.valueOf(refused.getMessage()).contains("threads"), refused::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory-stream", "order-service", "payment-worker", "exporter"})
    void unit_startsAClassThatExists_andContainsNoSecret(String service) throws Exception {
        String exec = values(service, "ExecStart").findFirst().orElseThrow();
        String main = exec.substring(exec.lastIndexOf(' ') + 1);
        Class.forName(main, false, SystemdUnitsTest.class.getClassLoader());
        assertTrue(values(service, "EnvironmentFile").toList().contains("/etc/onsale/" + service + ".secrets"));
        assertFalse(Files.exists(FOLDER.resolve("etc/" + service + ".secrets")));
    }

    /** What a unit's program reads when it starts: its Environment=, the files in etc/, and secrets. */
    private static Settings settings(String service, Map<String, String> secrets) throws IOException {
        Map<String, String> environment = new HashMap<>();
        values(service, "Environment").forEach(assignment -> {
            int equals = assignment.indexOf('=');
            environment.put(assignment.substring(0, equals), expanded(assignment.substring(equals + 1)));
        });
        List<String> files = Stream.concat(shared("EnvironmentFile"), values(service, "EnvironmentFile"))
                .filter(file -> !file.startsWith("-") && !file.endsWith(".secrets"))
                .toList();
        assertEquals(List.of("/etc/onsale/kafka.env", "/etc/onsale/" + service + ".env"), files);
        files.forEach(file -> environment.putAll(
                Settings.readFile(FOLDER.resolve("etc").resolve(Path.of(file).getFileName()))));
        environment.putAll(secrets);
        environment.put("ONSALE_KAFKA_SASL_JAAS_CONFIG", "secret");
        return Settings.fromCommandLine(new String[0], environment);
    }

    /** As systemd expands them for instance 1 on a machine named host. */
    private static String expanded(String value) {
        String expanded = value.replace("%H", "host").replace("%i", "1").replace("%S", "/var/lib");
        assertFalse(expanded.contains("%"), value);
        return expanded;
    }

    private static Stream<String> values(String service, String key) throws IOException {
        return valuesIn(FOLDER.resolve("onsale-" + service + "@.service"), key);
    }

    private static Stream<String> shared(String key) throws IOException {
        return valuesIn(FOLDER.resolve("onsale-.service.d/common.conf"), key);
    }

    private static Stream<String> valuesIn(Path unit, String key) throws IOException {
        return Files.readString(unit)
                .replace("\\\n", " ")
                .lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1));
    }
}
