package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Time, ids and randomness come with commands: what is compiled does not reach for any of them. */
class PurityTest {

    /** Classes that nothing may mention. */
    private static final Set<String> CLASSES = Set.of(
            "java/util/Random",
            "java/security/SecureRandom",
            "java/util/SplittableRandom",
            "java/util/concurrent/ThreadLocalRandom",
            "java/util/random/RandomGenerator",
            "java/time/Clock",
            "java/util/Date",
            "java/lang/Thread",
            "java/util/Calendar");

    /** Methods that nothing may call. */
    private static final Set<String> METHODS = Set.of(
            "java/lang/System.currentTimeMillis",
            "java/lang/System.nanoTime",
            "java/lang/System.getenv",
            "java/lang/System.getProperty",
            "java/lang/System.identityHashCode",
            "java/lang/Math.random",
            "java/util/UUID.randomUUID",
            "java/util/Collections.shuffle");

    @Test
    void rules_knowNoTimeIdsOrRandomnessOfTheirOwn() throws IOException {
        Path classes = location(Decider.class);
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> compiled =
                    files.filter(file -> file.toString().endsWith(".class")).toList();

            assertTrue(compiled.size() > 40, () -> "only " + compiled.size() + " classes in " + classes);
            assertEquals(
                    List.of(), compiled.stream().flatMap(PurityTest::impurities).toList());
        }
    }

    /** Does all that rules must not do. */
    static final class Impure {
        String all() {
            return new Random().nextInt()
                    + UUID.randomUUID().toString()
                    + System.currentTimeMillis()
                    + System.nanoTime()
                    + Math.random()
                    + java.time.Instant.now();
        }
    }

    @Test
    void check_findsImpurities_whenThereAreSome() throws IOException {
        Path impure = location(Impure.class).resolve(Impure.class.getName().replace('.', '/') + ".class");

        assertEquals(
                Set.of(
                        "java/util/Random",
                        "java/util/UUID.randomUUID",
                        "java/lang/System.currentTimeMillis",
                        "java/lang/System.nanoTime",
                        "java/lang/Math.random",
                        "java/time/Instant.now"),
                Set.copyOf(impurities(impure)
                        .map(found -> found.substring(found.indexOf(' ') + 1))
                        .toList()));
    }

    private static Stream<String> impurities(Path file) {
        try {
            Iterable<PoolEntry> constants = ClassFile.of().parse(file).constantPool();
            return StreamSupport.stream(constants.spliterator(), false)
                    .flatMap(PurityTest::forbidden)
                    .distinct()
                    .map(found -> file.getFileName() + " " + found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> forbidden(PoolEntry constant) {
        return switch (constant) {
            case ClassEntry type when CLASSES.contains(type.asInternalName()) -> Stream.of(type.asInternalName());
            case MemberRefEntry member -> {
                String owner = member.owner().asInternalName();
                String method = owner + "." + member.name().stringValue();
                boolean now = owner.startsWith("java/time/") && member.name().equalsString("now");
                yield now || METHODS.contains(method) ? Stream.of(method) : Stream.empty();
            }
            default -> Stream.empty();
        };
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
