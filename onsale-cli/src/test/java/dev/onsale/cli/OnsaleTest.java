package dev.onsale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OnsaleTest {

    @TempDir
    Path temporary = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine onsale = Onsale.commandLine(Map.of());
        onsale.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return onsale.execute(args);
    }

    private void assertOneSentence(String containing) {
        String said = err.toString();
        assertTrue(said.startsWith("onsale: ") && said.contains(containing), said);
        assertFalse(said.contains("\tat "), () -> "a stack trace: " + said);
        assertEquals(1, said.strip().lines().count(), said);
    }

    @Test
    void command_isSuggested_whenMistyped() {
        assertEquals(2, run("dmo"));
        assertTrue(err.toString().contains("onsale demo"), err.toString());
    }

    @Test
    void option_isSuggested_whenMistyped() {
        assertEquals(2, run("up", "--poort", "1"));
        assertTrue(err.toString().contains("--port"), err.toString());
    }

    @Test
    void help_namesEveryCommand_whenAsked() {
        assertEquals(0, run("--help"));
        for (String command : new String[] {
            "demo",
            "up",
            "open",
            "buy",
            "audit",
            "export",
            "replay",
            "doctor",
            "flags",
            "dead-letters",
            "rehearse-switch",
            "canary",
            "release",
            "simulate",
            "faults",
            "bench",
            "topics"
        }) {
            assertTrue(out.toString().contains("  " + command + " "), () -> command + " is missing: " + out);
        }
    }

    @Test
    void help_isShown_whenNoCommandIsGiven() {
        assertEquals(2, run());
        assertTrue(err.toString().contains("Usage: onsale"), err.toString());
    }

    @Test
    void version_namesKafka_whenAsked() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().contains("Kafka 4.3.1"), out.toString());
    }

    @Test
    void up_isRefused_whenAPortIsInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            Path data = temporary.resolve("data");
            assertEquals(
                    2,
                    run(
                            "up",
                            "--data",
                            data.toString(),
                            "--port",
                            port,
                            "--kafka-port",
                            "0",
                            "--admin-port",
                            "0",
                            "--gateway-port",
                            "0"));
            assertOneSentence("Port " + port);
        }
    }

    @Test
    void up_isRefused_whenASettingIsUnknown() throws IOException {
        Path file = Files.writeString(temporary.resolve("up.properties"), "orders.queue.limti=5\n");
        assertEquals(2, run("up", "--config", file.toString(), "--data", temporary.toString()));
        assertOneSentence("did you mean queue.limit?");
    }

    @Test
    void story_isRefused_whenItIsNotClearWhose() {
        assertEquals(2, run("audit", "--seat", "A-1"));
        assertOneSentence("--seat is 'A-1' but must be a section and a seat, such as A/B-12.");
        err.getBuffer().setLength(0);
        assertEquals(2, run("audit", "--order", "3f2a", "--seat", "A/B-12"));
        assertOneSentence("one of them at a time");
    }

    @Test
    void archive_isRefused_inOneSentence() throws IOException {
        String folder = Files.createDirectories(temporary.resolve("photos")).toString();
        assertEquals(2, run("audit", "--archive", folder));
        assertOneSentence("photos is no archive, for it has no manifest.json; give one that onsale export has written");
        err.getBuffer().setLength(0);
        assertEquals(2, run("audit", "--archive", folder, "--bootstrap", "127.0.0.1:9092"));
        assertOneSentence("two places to read from; give one of them");
    }

    @Test
    void audit_isRefused_whenItsCostCannotBeCounted() throws IOException {
        assertEquals(2, run("audit", "--max-cost", "1.50"));
        assertOneSentence("needs the price of a GB to count by; give it with --price-per-gb, or as scan.price.per.gb");
        err.getBuffer().setLength(0);
        Path file = Files.writeString(temporary.resolve("audit.properties"), "scan.price.per.gb=cheap\n");
        assertEquals(2, run("audit", "--config", file.toString()));
        assertOneSentence("scan.price.per.gb is 'cheap' but must be an amount such as 0.09");
        err.getBuffer().setLength(0);
        Files.writeString(file, "scan.prize.per.gb=0.09\n");
        assertEquals(2, run("export", "--to", temporary.resolve("a").toString(), "--config", file.toString()));
        assertOneSentence("did you mean scan.price.per.gb?");
        err.getBuffer().setLength(0);
        assertEquals(2, run("audit", "--estimate", "--html", "report.html"));
        assertOneSentence("no report to write");
    }

    @Test
    void up_isRefused_whenAPortIsNoPort() {
        assertEquals(2, run("up", "--port", "70000", "--data", temporary.toString()));
        assertOneSentence("--port is 70000");
    }

    @Test
    void canary_isRefused_inOneSentence() {
        assertEquals(2, run("canary", "start", "--path", "order-service", "--why", "a new build"));
        assertTrue(
                err.toString().contains("say where its runtime socket is, such as --haproxy /run/haproxy/onsale.sock"),
                err.toString());
        assertEquals(2, run("canary", "abort", "--path", "allocator", "--why", "no", "--haproxy", "/run/haproxy.sock"));
        assertTrue(err.toString().contains("gets its buyers by a flag; leave out --haproxy"), err.toString());
        assertEquals(
                2,
                run("canary", "promote", "--path", "order-service", "--why", "x", "--haproxy", "/h", "--weights", "w"));
        assertTrue(err.toString().contains("or which program sets weights, by --weights"), err.toString());
        assertEquals(2, run("canary", "resume", "--path", "order-service", "--haproxy", "haproxy"));
        assertTrue(err.toString().contains("runtime socket cannot be at 'haproxy'"), err.toString());
        assertEquals(2, run("canary", "start", "--path", "allocator"));
        assertTrue(err.toString().contains("--why=REASON"), err.toString());
        assertEquals(2, run("canary", "status", "--path", "seats"));
        assertTrue(err.toString().contains("There is no path 'seats'"), err.toString());
        assertEquals(2, run("canary", "start", "--path", "allocator", "--why", "try", "--steps", "50,20,100"));
        assertTrue(err.toString().contains("no way to 100 %"), err.toString());
    }

    @Test
    void replay_saysWhatToDo_whenNobodyIsToBeAsked() {
        assertEquals(2, run("replay"));
        assertOneSentence("--build JAR or --variant NAME");
        assertEquals(2, run("replay", "--variant", "stable", "--build", "other.jar"));
    }

    @Test
    void replay_saysWhatToDo_whenTheOtherIsUnknown() {
        assertEquals(2, run("replay", "--variant", "best"));
        assertOneSentence("stable, candidate");
    }

    @Test
    void replay_saysWhatToDo_whenTheFileOfExpectationsIsMissing() {
        String file = temporary.resolve("none.txt").toString();
        assertEquals(2, run("replay", "--variant", "stable", "--expect", file));
        assertOneSentence("--expect");
    }

    @Test
    void open_saysWhatToDo_whenTheFileIsMissing() {
        assertEquals(2, run("open", temporary.resolve("none.yaml").toString()));
        assertOneSentence("There is no file");
    }

    @Test
    void open_saysWhatToDo_whenNobodyListens() throws IOException {
        Path layout = Files.writeString(temporary.resolve("x.yaml"), "event: x\n");
        assertEquals(2, run("open", layout.toString(), "--admin", "http://127.0.0.1:" + unusedPort()));
        assertOneSentence("does not answer");
    }

    @Test
    void buy_saysWhatToDo_whenNeitherSeatsNorQuantityAreGiven() {
        assertEquals(2, run("buy", "rock-night", "--section", "A"));
        assertOneSentence("--quantity");
    }

    @Test
    void doctor_saysWhatToDo_whenNoBrokerAnswers() throws IOException {
        Path file = Files.writeString(
                temporary.resolve("client.properties"), "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n");
        assertEquals(2, run("doctor", "--bootstrap", "127.0.0.1:" + unusedPort(), "--config", file.toString()));
        assertOneSentence("No broker answers");
    }

    @Test
    void doctor_namesTheNearestKey_whenAClientPropertyIsMistyped() throws IOException {
        Path file = Files.writeString(temporary.resolve("client.properties"), "securty.protocol=SSL\n");
        assertEquals(2, run("doctor", "--config", file.toString()));
        assertOneSentence("security.protocol");
    }

    @Test
    void topics_areNotCreated_whenBrokersStayAway() throws IOException {
        Path file = Files.writeString(
                temporary.resolve("client.properties"), "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\n");
        assertEquals(
                2,
                run(
                        "topics",
                        "create",
                        "--bootstrap",
                        "127.0.0.1:" + unusedPort(),
                        "--config",
                        file.toString(),
                        "--partitions",
                        "4",
                        "--replication-factor",
                        "1",
                        "--wait",
                        "1"));
        assertOneSentence("within 1 s");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
