package dev.onsale.system.runbook;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.onsale.system.stack.OnsaleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of docs/runbook and the commands on it. */
public final class RunbookPage {

    private static final Path FOLDER = OnsaleProcess.root().resolve("docs").resolve("runbook");

    /** A block of shell commands, and the comment before it that only tests read. */
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- (?:(?<how>Ctrl-C|Runs on) after: (?<until>[^\\n]+)|Executed by (?<test>\\w+)[^\\n]*) -->\\n)?"
                    + "```sh\\n(?<commands>.*?)```",
            Pattern.DOTALL);
    /** A file that the commands read. */
    private static final Pattern PROPERTIES = Pattern.compile("```properties\\n(.*?)```", Pattern.DOTALL);

    private static final Pattern DEAD_LETTER = Pattern.compile("onsale\\.commands/\\d+/\\d+");

    /**
     * Commands that are executed together.
     *
     * @param line of the page, from 1
     * @param until a text of their output after which the page goes on; empty: they end by themselves
     * @param runsOn whether they run on then; else a person would press Ctrl-C
     * @param test which executes them; empty: {@link RunbookIT}
     */
    public record Block(int line, String commands, Optional<String> until, boolean runsOn, Optional<String> test) {}

    private RunbookPage() {}

    public static List<String> names() throws IOException {
        try (var pages = Files.list(FOLDER)) {
            return pages.map(page -> page.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** The commands of a page, in the order in which they are written. */
    public static List<Block> blocks(String name) throws IOException {
        String page = Files.readString(FOLDER.resolve(name));
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(page);
        while (found.find()) {
            int line = (int) page.substring(0, found.start("commands")).lines().count() + 1;
            blocks.add(new Block(
                    line,
                    found.group("commands"),
                    Optional.ofNullable(found.group("until")),
                    "Runs on".equals(found.group("how")),
                    Optional.ofNullable(found.group("test"))));
        }
        assertFalse(blocks.isEmpty(), name + " has no commands");
        return blocks;
    }

    /** Makes a folder one in which commands are typed as in the checkout; what they write there is not to stay. */
    public static void linkCheckout(Path folder) throws IOException {
        try (Stream<Path> checkout = Files.list(OnsaleProcess.root())) {
            for (Path entry : checkout.toList()) {
                Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry);
            }
        }
    }

    /** The dead letters that the commands of a page name, each once. */
    static List<String> deadLetters(String name) throws IOException {
        return DEAD_LETTER
                .matcher(Files.readString(FOLDER.resolve(name)))
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    /** The properties file that stands on a page. */
    public static Optional<String> properties(String name) throws IOException {
        Matcher found = PROPERTIES.matcher(Files.readString(FOLDER.resolve(name)));
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
