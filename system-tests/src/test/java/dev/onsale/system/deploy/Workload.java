package dev.onsale.system.deploy;

import static dev.onsale.system.deploy.Manifest.each;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A StatefulSet or Deployment, and what Kubernetes would start its program with. */
record Workload(Manifest manifest) {

    static final String POD_IP = "10.1.2.3";
    static final String SECRET = "from-a-secret";

    static Stream<Workload> all() {
        return Manifest.in(Manifest.FOLDER).stream()
                .filter(manifest -> manifest.content().at("/spec/template").isObject())
                .map(Workload::new);
    }

    static Workload of(String kind, String name) {
        return new Workload(Manifest.only(kind, name));
    }

    String name() {
        return manifest.name();
    }

    /** What StatefulSets call their first pod. */
    String podName() {
        return name() + "-0";
    }

    JsonNode template() {
        return manifest.content().at("/spec/template");
    }

    JsonNode pod() {
        return template().path("spec");
    }

    JsonNode container() {
        return pod().path("containers").path(0);
    }

    /** Number of a port that has a name. */
    int port(String name) {
        return each(container().path("ports"))
                .filter(port -> port.path("name").asText().equals(name))
                .mapToInt(port -> port.path("containerPort").asInt())
                .findFirst()
                .orElseThrow(() -> new AssertionError(name() + " has no port " + name));
    }

    /** Whether the program can write there: the root file system is read-only. */
    boolean writable(Path path) {
        List<String> disposable = names(pod().path("volumes"), "emptyDir").toList();
        List<String> lasting = names(manifest.content().at("/spec/volumeClaimTemplates"), "spec")
                .toList();
        return each(container().path("volumeMounts"))
                .filter(mount -> disposable.contains(mount.path("name").asText())
                        || lasting.contains(mount.path("name").asText()))
                .anyMatch(mount -> path.startsWith(mount.path("mountPath").asText()));
    }

    private static Stream<String> names(JsonNode volumes, String having) {
        return each(volumes)
                .filter(volume -> volume.has(having))
                .map(volume -> volume.has("name") ? volume : volume.path("metadata"))
                .map(named -> named.path("name").asText());
    }

    /** What the program reads when it starts, by the way that it reads it. */
    Settings settings(String... moreArguments) {
        Stream<String> arguments = each(container().path("args"))
                .map(JsonNode::asText)
                .map(argument -> argument.startsWith("/") ? mounted(argument).toString() : argument);
        return Settings.fromCommandLine(
                Stream.concat(arguments, Stream.of(moreArguments)).toArray(String[]::new), environment());
    }

    /** The file of this repository that is found at a path of the container. */
    private Path mounted(String path) {
        JsonNode mount = each(container().path("volumeMounts"))
                .filter(candidate -> path.startsWith(candidate.path("mountPath").asText() + "/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name() + " mounts nothing at " + path));
        JsonNode volume = each(pod().path("volumes"))
                .filter(candidate -> candidate.path("name").equals(mount.path("name")))
                .findFirst()
                .orElseThrow();
        JsonNode generator = configMap(volume.at("/configMap/name").asText());
        String file = path.substring(mount.path("mountPath").asText().length() + 1);
        if (each(generator.path("files")).noneMatch(name -> name.asText().equals(file))) {
            throw new AssertionError("the ConfigMap of " + path + " has no " + file);
        }
        return Manifest.FOLDER.resolve(file);
    }

    private static JsonNode configMap(String name) {
        return each(Manifest.kustomization(Manifest.FOLDER).content().path("configMapGenerator"))
                .filter(generator -> generator.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("kustomization.yaml makes no ConfigMap " + name));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        each(container().path("envFrom"))
                .flatMap(from ->
                        each(configMap(from.at("/configMapRef/name").asText()).path("envs")))
                .forEach(file -> environment.putAll(Settings.readFile(Manifest.FOLDER.resolve(file.asText()))));
        each(container().path("env")).forEach(variable -> {
            String value = variable.has("value")
                    ? variable.path("value").asText().replace("$(POD_IP)", environment.getOrDefault("POD_IP", ""))
                    : valueFrom(variable.path("valueFrom"));
            environment.put(variable.path("name").asText(), value);
        });
        return environment;
    }

    private String valueFrom(JsonNode source) {
        if (source.has("secretKeyRef")) {
            return SECRET;
        }
        return switch (source.at("/fieldRef/fieldPath").asText()) {
            case "metadata.name" -> podName();
            case "status.podIP" -> POD_IP;
            default -> throw new AssertionError("what is " + source + "?");
        };
    }

    @Override
    public String toString() {
        return name();
    }
}
