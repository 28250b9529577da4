package dev.onsale.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.embedded.StackOptions;
import dev.onsale.cli.http.Web;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code onsale flags} against everything in one process. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FlagsCommandTest {

    @TempDir
    static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static Stack stack;

    private final StringWriter err = new StringWriter();
    private String out = "";

    @BeforeAll
    static void startStack() throws Exception {
        stack = Stack.start(
                new StackOptions(folder.resolve("data"), 0, 0, 0, 0, OptionalInt.of(1), Map.of()), () -> {});
    }

    @AfterAll
    static void stopStack() {
        stack.close();
    }

    private int run(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            CommandLine onsale = Onsale.commandLine(Map.of());
            onsale.setErr(new PrintWriter(err));
            List<String> all = new ArrayList<>(List.of("flags"));
            all.addAll(List.of(args));
            return onsale.execute(all.toArray(String[]::new));
        } finally {
            System.setOut(before);
            out = printed.toString(StandardCharsets.UTF_8);
        }
    }

    private String says(String flag) {
        return parse(runGet(flag)).path("says").asText();
    }

    private String runGet(String flag) {
        assertEquals(0, run("get", flag, "--admin", stack.adminUrl(), "--json"), err.toString());
        return out;
    }

    private static JsonNode parse(String json) {
        try {
            return Web.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + json, e);
        }
    }

    @Test
    void switch_isThrownAndRestored_byEitherWay() {
        assertEquals(0, run("kill", "sales.rock-night", "--why", "rain", "--who", "ada", "--admin", stack.adminUrl()));
        assertTrue(out.startsWith("sales.rock-night"), out);
        assertTrue(out.contains("killed") && out.contains("by ada: rain"), out);
        assertEquals(0, run("list", "--bootstrap", stack.bootstrapServers()));
        assertTrue(out.lines().anyMatch(line -> line.matches("sales.rock-night +killed .*by ada: rain")), out);
        assertTrue(out.lines().anyMatch(line -> line.matches("payments +on by default *")), out);

        assertEquals(
                0,
                run("restore", "sales.rock-night", "--why", "dry", "--bootstrap", stack.bootstrapServers(), "--json"));
        assertEquals(1, out.lines().count(), out);
        assertEquals(System.getProperty("user.name"), parse(out).path("who").asText());
        await().until(() -> says("sales.rock-night"), "on"::equals);
    }

    @Test
    void canary_isSet_byShareOrFile_andRemoved() throws Exception {
        assertEquals(0, run("set", "allocator", "--share", "5", "--why", "canary", "--admin", stack.adminUrl()));
        assertEquals("candidate 5 %", says("allocator"));
        Path file = folder.resolve("allocator.json");
        Files.writeString(
                file,
                "{\"state\":\"ENABLED\",\"variants\":{\"s\":\"stable\",\"c\":\"candidate\"},\"defaultVariant\":\"s\","
                        + "\"targeting\":{\"if\":[{\"ends_with\":[{\"var\":\"targetingKey\"},\"@us\"]},\"c\",\"s\"]}}");
        assertEquals(
                0,
                run("set", "allocator", "--definition", file.toString(), "--why", "us", "--admin", stack.adminUrl()));
        assertEquals("by rule", says("allocator"));
        assertEquals(0, run("set", "allocator", "--remove", "--why", "over", "--admin", stack.adminUrl()));
        assertEquals("stable by default", says("allocator"));
    }

    @Test
    void log_showsWhoChangedWhatAndWhy_latestLast() {
        assertEquals(0, run("kill", "sales.log", "--why", "rain", "--who", "ada", "--admin", stack.adminUrl()));
        assertEquals(0, run("set", "payments-path", "--share", "5", "--why", "try", "--admin", stack.adminUrl()));
        assertEquals(0, run("restore", "sales.log", "--why", "dry", "--bootstrap", stack.bootstrapServers()));

        assertEquals(0, run("log", "--bootstrap", stack.bootstrapServers()), err.toString());
        List<String> lines = out.lines().toList();
        List<String> latest = lines.subList(lines.size() - 3, lines.size());
        assertTrue(latest.get(0).matches("20.*Z +ada +sales.log: on by default -> killed +\\(rain\\)"), out);
        assertTrue(latest.get(1).contains("payments-path: stable by default -> candidate 5 %  (try)"), out);
        assertTrue(latest.get(2).contains("sales.log: killed -> on  (dry)"), out);

        assertEquals(0, run("log", "--last", "1", "--json", "--bootstrap", stack.bootstrapServers()));
        assertEquals(1, out.lines().count(), out);
        assertEquals("dry", parse(out).path("why").asText());
        assertEquals("flag-change", parse(out).path("kind").asText());
        assertRefused("--last is 0", "log", "--last", "0");
    }

    @Test
    void change_isRefused_inOneSentence() {
        assertRefused("Missing required option: '--why=REASON'", "kill", "sales");
        assertRefused("Every change says why", "kill", "sales", "--why", " ", "--admin", stack.adminUrl());
        assertRefused("No flag is named 'slaes'", "kill", "slaes", "--why", "rain");
        assertRefused("is no kill switch", "kill", "allocator", "--why", "rain");
        assertRefused("percentage from 0 to 100", "set", "allocator", "--share", "101", "--why", "more");
        assertRefused("not by both", "list", "--bootstrap", "127.0.0.1:1", "--admin", stack.adminUrl());
        assertRefused("does not answer", "list", "--admin", "http://127.0.0.1:1");
    }

    private void assertRefused(String saying, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), err.toString());
        assertTrue(err.toString().startsWith("onsale: ") && err.toString().contains(saying), err.toString());
    }
}
