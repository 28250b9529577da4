package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Decider;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.SeatsHeld;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded sales through the same build, another variant, and builds with a changed rule. */
class DecisionReplayTest {

    private static final SectionKey A = new SectionKey("rock", "A");

    @TempDir
    Path folder;

    @Test
    void sameBuild_answersAsRecorded() throws IOException {
        Path jar = jar(classes());
        for (long seed = 1; seed <= 20; seed++) {
            Sale sale = RandomSale.of(Shape.concert(250), seed);

            assertEquals(List.of(), replay(sale, OtherBuild.variant("stable")), "seed " + seed);
            try (OtherBuild build = OtherBuild.jar(jar)) {
                assertEquals(List.of(), replay(sale, build), "seed " + seed);
            }
        }
    }

    @Test
    void candidate_differsInTheSeatsThatItChooses_andNowhereElse() {
        var sale = new Sale(2);
        sale.open(A, 2, 5, 0);
        String three = sale.buy(A, "ada", "r1", 3);
        sale.buy(A, "bob", "r1", 0, "B-1");
        sale.payAll();

        List<DecisionDifference> found = replay(sale, OtherBuild.variant("candidate"));

        assertEquals(1, found.size(), found::toString);
        assertEquals("SeatsHeld: seats", found.getFirst().cause());
        assertEquals(three, found.getFirst().orderId());
        assertTrue(found.getFirst().recorded().getFirst().contains("[A-2, A-3, A-4]"), found::toString);
        assertTrue(found.getFirst().other().getFirst().contains("[A-1, A-2, A-3]"), found::toString);
    }

    @Test
    void changedRule_differsInExactlyTheOrdersThatItTouches() throws IOException {
        Path jar = jar(changed("PurchaseRules", "int MAX_TICKETS = 100", "int MAX_TICKETS = 2"));
        Set<String> causes = new TreeSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            Sale sale = RandomSale.of(Shape.concert(250), seed);
            List<DecisionDifference> found;
            try (OtherBuild build = OtherBuild.jar(jar)) {
                found = replay(sale, build);
            }
            found.stream().map(DecisionDifference::cause).forEach(causes::add);
            assertEquals(
                    heldOrRefusedLater(sale),
                    found.stream().map(DecisionDifference::orderId).collect(Collectors.toCollection(TreeSet::new)),
                    "seed " + seed);
        }
        assertTrue(causes.contains("SeatsHeld became PurchaseRejected INVALID_QUANTITY"), causes::toString);
        assertTrue(
                causes.stream().allMatch(cause -> cause.endsWith(" became PurchaseRejected INVALID_QUANTITY")),
                causes::toString);
    }

    /** Orders of more than two tickets that got past the checks before the one of their number. */
    private static Set<String> heldOrRefusedLater(Sale sale) {
        Set<String> touched = new TreeSet<>();
        for (int partition = 0; partition < 2; partition++) {
            List<Entry> commands = sale.log.partition(Topics.COMMANDS.name(), partition);
            for (int i = 0;
                    i < sale.log.partition(Topics.EVENTS.name(), partition).size();
                    i++) {
                Event event = sale.event(partition, i);
                long offset = event.getHeader().getReceipt().getOffset();
                Command command = Sale.CODECS
                        .commands()
                        .fromBytes(commands.get((int) offset).bytes());
                boolean three = command.getPayload() instanceof Purchase purchase
                        && Math.max(purchase.getQuantity(), purchase.getSeats().size()) > 2;
                if (three && past(event.getPayload())) {
                    touched.add(event.getHeader().getOrderId());
                }
            }
        }
        return touched;
    }

    private static boolean past(Object answer) {
        return switch (answer) {
            case SeatsHeld _ -> true;
            case PurchaseRejected rejected ->
                Set.of("BUYER_LIMIT", "PRICE_CHANGED", "SEATS_TAKEN", "SOLD_OUT", "UNKNOWN_SEAT")
                        .contains(rejected.getReason().name());
            default -> false;
        };
    }

    @Test
    void replay_refuses_whatIsNotDecidedAsRecorded() {
        Sale sale = RandomSale.of(Shape.concert(100), 3);
        List<Entry> events = sale.log.partition(Topics.EVENTS.name(), 0);
        events.remove(events.size() / 2);

        var error = assertThrows(OperatorError.class, () -> replay(sale, OtherBuild.variant("stable")));

        assertTrue(String.valueOf(error.getMessage()).contains("as it was recorded"), error::toString);
    }

    @Test
    void otherBuild_refuses_whatIsNone() throws IOException {
        Path empty = jar(Files.createDirectory(folder.resolve("empty")));

        assertThrows(OperatorError.class, () -> OtherBuild.variant("best"));
        assertThrows(OperatorError.class, () -> OtherBuild.jar(folder.resolve("missing.jar")));
        assertThrows(OperatorError.class, () -> OtherBuild.jar(empty));
    }

    @Test
    void difference_isOneLineOfJson() {
        var difference = new DecisionDifference(
                "SeatsHeld: seats",
                "rock/A",
                "o1",
                new AuditReport.Receipt("onsale.commands", 1, 7),
                List.of("a"),
                List.of());

        assertEquals(
                "{\"cause\":\"SeatsHeld: seats\",\"section\":\"rock/A\",\"orderId\":\"o1\",\"expected\":false,"
                        + "\"command\":{\"topic\":\"onsale.commands\",\"partition\":1,\"offset\":7},"
                        + "\"recorded\":[\"a\"],\"other\":[]}",
                difference.toJson(false));
    }

    private static List<DecisionDifference> replay(Sale sale, OtherBuild build) {
        List<DecisionDifference> found = new ArrayList<>();
        long commands =
                DecisionReplay.run(sale.log, AuditOptions.of(Map.of()), build, found::add, AuditListener.SILENT);
        assertTrue(commands > 2, "nothing was compared");
        return found;
    }

    /** This build's domain, copied. */
    private Path classes() throws IOException {
        Path copy = Files.createTempDirectory(folder, "classes");
        Path domain = domain();
        if (Files.isDirectory(domain)) {
            copy(domain, copy);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(domain)) {
                copy(jar.getPath("/"), copy);
            }
        }
        return copy;
    }

    private static Path domain() {
        try {
            return Path.of(Decider.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    /** This build's domain with one text of one class changed. */
    private Path changed(String type, String text, String by) throws IOException {
        Path source = Path.of("../inventory-domain/src/main/java/dev/onsale/domain/" + type + ".java");
        String before = Files.readString(source);
        assertTrue(before.contains(text), text);
        Path changed = Files.createDirectory(folder.resolve("changed")).resolve(type + ".java");
        Files.writeString(changed, before.replace(text, by));
        Path classes = classes();
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classes.toString(), "-d", classes.toString(), changed.toString());
        assertFalse(failed != 0, "it does not compile");
        return classes;
    }

    private Path jar(Path classes) throws IOException {
        Path jar = Files.createTempFile(folder, "domain", ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }
}
