package dev.onsale.system.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.system.stack.OnsaleProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * One object that is given to Kubernetes.
 *
 * @param file where it stands
 */
record Manifest(Path file, JsonNode content) {

    static final Path FOLDER = OnsaleProcess.root().resolve("deploy/kubernetes");
    static final Path SCALING = FOLDER.resolve("scaling");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every object of the folder, without those of folders in it. */
    static List<Manifest> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("kustomization.yaml"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The objects of a file; aliases are resolved, as kubectl does. */
    static List<Manifest> read(Path file) {
        try {
            List<Manifest> found = new ArrayList<>();
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file))) {
                found.add(new Manifest(file, JSON.valueToTree(document)));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Manifest kustomization(Path folder) {
        return read(folder.resolve("kustomization.yaml")).getFirst();
    }

    static Manifest only(String kind, String name) {
        List<Manifest> found = in(FOLDER).stream()
                .filter(manifest ->
                        manifest.kind().equals(kind) && manifest.name().equals(name))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects are a " + kind + " named " + name);
        }
        return found.getFirst();
    }

    String apiVersion() {
        return content.path("apiVersion").asText();
    }

    String kind() {
        return content.path("kind").asText();
    }

    String name() {
        return content.at("/metadata/name").asText();
    }

    /**
     * A copy with something wrong in it, to prove that a check can fail.
     *
     * @param where JSON pointer to the object that has the field
     * @param change a name that the field gets, or its new value after {@code =}; null: the field is dropped
     */
    JsonNode spoiled(String where, String field, @Nullable String change) {
        JsonNode copy = content.deepCopy();
        ObjectNode object = (ObjectNode) copy.at(where);
        JsonNode value = object.remove(field);
        if (value == null) {
            throw new AssertionError("there is no " + where + "/" + field);
        }
        if (change != null && change.startsWith("=")) {
            object.put(field, change.substring(1));
        } else if (change != null) {
            object.set(change, value);
        }
        return copy;
    }

    /** The elements of an array; none when it is absent. */
    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Override
    public String toString() {
        return file.getFileName() + ": " + kind() + " " + name();
    }
}
