package dev.onsale.system.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages on security and cryptography point to tests; each of them must be there. */
class SecurityPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT|Fuzz))(?:#(\\w+))?`");

    private static Set<String> missing(String page) throws IOException {
        Map<String, Path> classes;
        try (Stream<Path> files =
                Files.find(ROOT, 20, (file, attributes) -> file.toString().matches(".*/src/test/java/.*\\.java"))) {
            classes = files.collect(
                    Collectors.toMap(file -> file.getFileName().toString(), file -> file, (one, other) -> one));
        }
        Set<String> missing = new TreeSet<>();
        for (MatchResult test : TEST.matcher(page).results().toList()) {
            Path file = classes.get(test.group(1) + ".java");
            if (file == null || (test.group(2) != null && !read(file).contains(" void " + test.group(2) + "("))) {
                missing.add(test.group());
            }
        }
        return missing;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"security.md,40", "crypto.md,5"})
    void tests_exist_thatThePageNames(String name, int atLeast) throws IOException {
        String page = read(ROOT.resolve("docs").resolve(name));
        assertTrue(TEST.matcher(page).results().count() > atLeast, "names of tests are found");
        assertEquals(Set.of(), missing(page));
    }

    @Test
    void test_isMissed_whenItIsNotThere() throws IOException {
        assertEquals(
                List.of("`NoSuchTest`", "`SecurityPageTest#no_such`"),
                missing("`NoSuchTest`, `SecurityPageTest#no_such`, `SecurityPageTest`").stream()
                        .toList());
    }
}
