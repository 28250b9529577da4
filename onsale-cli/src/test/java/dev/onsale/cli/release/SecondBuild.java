package dev.onsale.cli.release;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another build as a jar that runs: this one, with some of its classes and resources changed. */
final class SecondBuild {

    private final Map<String, byte[]> changed = new LinkedHashMap<>();

    /** With a constant of a class spelled otherwise, at the same length. */
    SecondBuild constant(Class<?> type, String from, String to) {
        // In a class file a text follows its length in two bytes.
        String before = (char) 0 + "" + (char) from.length() + from;
        String after = (char) 0 + "" + (char) to.length() + to;
        return entry(type.getName().replace('.', '/') + ".class", before, after);
    }

    /** With another text in a resource or class. */
    SecondBuild entry(String name, String from, String to) {
        String content = new String(bytes(name), StandardCharsets.ISO_8859_1);
        if (!content.contains(from)) {
            throw new IllegalArgumentException(name + " does not contain " + from);
        }
        return with(name, content.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** With another resource, or one more. */
    SecondBuild with(String name, byte[] content) {
        changed.put(name, content);
        return this;
    }

    byte[] bytes(String name) {
        byte[] known = changed.get(name);
        if (known != null) {
            return known;
        }
        try (InputStream in = SecondBuild.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new OperatorError("There is no " + name + " on the class path.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the jar; what it does not have is found on the class path of this JVM. */
    Path jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
                                .map(place -> Path.of(place).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, byte[]> entry : changed.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
        return file;
    }
}
