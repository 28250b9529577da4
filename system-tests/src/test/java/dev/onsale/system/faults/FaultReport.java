package dev.onsale.system.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.kafka.common.utils.AppInfoParser;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Writes {@code docs/fault-report.md} from the reports of the tests that ran last. A test belongs to a fault when it is tagged
 * with the fault's name; what it prints in lines that begin with that name is what it has seen.
 */
final class FaultReport {

    /** One of the named faults. */
    record Fault(int number, String name, String what) {}

    /** A test that is tagged with a fault. */
    record Tagged(String fault, String className, String method) {}

    /** A test that ran. */
    private record Ran(String className, String method, double seconds, boolean passed, boolean skipped, String out) {
        boolean of(Tagged test) {
            return className.endsWith("." + test.className)
                    && method.replaceAll("[({\\[].*", "").equals(test.method);
        }
    }

    /** A tag and the next method; looked ahead for, so that a tag of the class does not hide that of its first method. */
    private static final Pattern TAG =
            Pattern.compile("@Tag\\(\"([a-z0-9-]+)\"\\)(?=(?:(?!void).)*?void (\\w+)\\()", Pattern.DOTALL);

    private FaultReport() {}

    /** @param args the checkout, and the file to write */
    public static void main(String[] args) throws Exception {
        Path checkout = Path.of(args[0]);
        List<Tagged> tagged = tagged(checkout);
        List<Ran> ran = ran(checkout);
        var text = new StringBuilder("""
                # Fault report

                Written from the reports of the tests that ran last, on %s: Kafka %s, Java %s, %d processors. `mvn verify -Pnight` runs them
                in their short form; `./onsale faults` runs all of them and writes this, with `--long` in the long form. Each fault is a
                tagged test on real brokers, unless the last column says otherwise; the oracle asks the gateway's own ledger and the log.

                | # | fault | what happens | result | seconds | what was seen |
                |---|---|---|---|---|---|
                """.formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        AppInfoParser.getVersion(),
                        Runtime.version().feature(),
                        Runtime.getRuntime().availableProcessors()));
        for (Fault fault : faults()) {
            text.append(row(fault, tagged, ran));
        }
        Files.writeString(Path.of(args[1]), text);
    }

    static List<Fault> faults() throws IOException {
        try (var in = Objects.requireNonNull(FaultReport.class.getResourceAsStream("/faults.csv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(";", -1))
                    .map(parts -> new Fault(Integer.parseInt(parts[0]), parts[1], parts[2]))
                    .toList();
        }
    }

    private static String row(Fault fault, List<Tagged> tagged, List<Ran> ran) {
        List<Tagged> tests =
                tagged.stream().filter(test -> test.fault.equals(fault.name)).toList();
        List<Ran> runs =
                ran.stream().filter(run -> tests.stream().anyMatch(run::of)).toList();
        String result = runs.isEmpty()
                ? tests.isEmpty() ? "**no test**" : "not run"
                : runs.stream().anyMatch(run -> !run.passed)
                        ? "**FAILED**"
                        : runs.stream().allMatch(run -> run.skipped) ? "skipped" : "passed";
        double seconds = runs.stream().mapToDouble(run -> run.seconds).sum();
        List<String> seen = new ArrayList<>();
        runs.forEach(run -> run.out
                .lines()
                .filter(line -> line.startsWith(fault.name + ": "))
                .map(line -> line.substring(fault.name.length() + 2).replace("|", "/"))
                .forEach(seen::add));
        seen.addAll(silent(fault, tests, runs));
        return "| %d | %s | %s | %s | %s | %s |%n"
                .formatted(
                        fault.number,
                        fault.name,
                        fault.what,
                        result,
                        runs.isEmpty() ? "" : String.format(Locale.ROOT, "%.0f", seconds),
                        String.join("<br>", seen));
    }

    /** Tests that say nothing of what they saw: their names do, and how many cases ran. */
    private static List<String> silent(Fault fault, List<Tagged> tests, List<Ran> runs) {
        return tests.stream()
                .filter(test -> runs.stream().noneMatch(run -> run.of(test) && run.out.contains(fault.name + ": ")))
                .map(test -> {
                    long cases = runs.stream().filter(run -> run.of(test)).count();
                    return "`" + test.className + "." + test.method + "`" + (cases > 1 ? " × " + cases : "");
                })
                .toList();
    }

    static List<Tagged> tagged(Path checkout) throws IOException {
        List<Tagged> tagged = new ArrayList<>();
        try (Stream<Path> files = Files.walk(checkout)) {
            for (Path file : files.filter(path -> path.toString().contains("/src/test/java/")
                            && path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                Matcher tags = TAG.matcher(Files.readString(file));
                String name = file.getFileName().toString().replace(".java", "");
                while (tags.find()) {
                    tagged.add(new Tagged(tags.group(1), name, tags.group(2)));
                }
            }
        }
        return tagged;
    }

    private static List<Ran> ran(Path checkout) throws Exception {
        List<Ran> ran = new ArrayList<>();
        try (Stream<Path> files = Files.walk(checkout, 4)) {
            for (Path file : files.filter(path -> path.toString().matches(".*/target/[a-z]+-reports/TEST-.*\\.xml"))
                    .sorted()
                    .toList()) {
                Document report = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile());
                elements(report.getElementsByTagName("testcase"))
                        .forEach(test -> ran.add(new Ran(
                                test.getAttribute("classname"),
                                test.getAttribute("name"),
                                Double.parseDouble(test.getAttribute("time").replace(",", "")),
                                !has(test, "failure") && !has(test, "error"),
                                has(test, "skipped"),
                                elements(test.getElementsByTagName("system-out"))
                                        .map(Element::getTextContent)
                                        .reduce("", String::concat))));
            }
        }
        return ran;
    }

    private static boolean has(Element test, String child) {
        return test.getElementsByTagName(child).getLength() > 0;
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }
}
