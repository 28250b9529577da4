package dev.onsale.system.deploy;

import static dev.onsale.system.deploy.Manifest.each;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests are what Kubernetes' schemas allow, and fit one another. */
class KubernetesManifestsTest {

    static Stream<Manifest> manifests() {
        return Manifest.in(Manifest.FOLDER).stream();
    }

    static Stream<Workload> workloads() {
        return Workload.all();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void manifest_isValid_byPublishedSchema(Manifest manifest) {
        PublishedSchemas.validate(manifest.content());
    }

    /** The check above can fail: a field is renamed, dropped or given another type. */
    @ParameterizedTest
    @CsvSource({
        "/spec, serviceName, serviceNam, serviceNam",
        "/spec/template/spec, terminationGracePeriodSeconds, terminationGracePeriod, terminationGracePeriod",
        "/spec/template/spec/containers/0/readinessProbe/httpGet, path, paht, paht",
        "/spec/template/spec/containers/0/securityContext, readOnlyRootFilesystem, readOnlyRootFileSystem, FileSystem",
        "/spec/template/spec/topologySpreadConstraints/0, whenUnsatisfiable, , whenUnsatisfiable",
        "/spec/template/spec/containers/0, name, , name",
        "/spec/volumeClaimTemplates/0/spec, accessModes, accessMode, accessMode",
        "/spec, replicas, =two, two"
    })
    void wrongManifest_isRefused_byPublishedSchema(String where, String field, @Nullable String change, String named) {
        JsonNode manifest = Manifest.only("StatefulSet", "inventory-stream").spoiled(where, field, change);
        var refused = assertThrows(IllegalArgumentException.class, () -> PublishedSchemas.validate(manifest));
        assertTrue(String.valueOf(refused.getMessage()).contains(named), refused::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scaling"})
    void kustomization_namesEveryFile(String folder) {
        Path path = Manifest.FOLDER.resolve(folder);
        Set<String> files = Manifest.in(path).stream()
                .map(manifest -> manifest.file().getFileName().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(files, texts(Manifest.kustomization(path).content().path("resources")));
    }

    @Test
    void kustomization_tagsEveryImage() {
        Set<String> used = workloads()
                .map(workload -> workload.container().path("image").asText())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tagged = each(Manifest.kustomization(Manifest.FOLDER)
                        .content()
                        .path("images"))
                .map(image -> image.path("name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(used, tagged);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scaling"})
    void kustomization_isBuilt_byKubectl(String folder) throws Exception {
        Path path = Manifest.FOLDER.resolve(folder);
        assumeTrue(
                Tool.run(path, "kubectl", "version", "--client").exitCode() == 0,
                "SKIPPED: kubectl is not installed, so kustomize was not run");
        Tool built = Tool.run(path, "kubectl", "kustomize", ".");
        assertEquals(0, built.exitCode(), built.output());
        Manifest.in(path)
                .forEach(manifest -> assertTrue(
                        built.output().contains("kind: " + manifest.kind() + "\n"), "not built: " + manifest));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void pod_mayDoNoMoreThanItNeeds(Workload workload) {
        JsonNode pod = workload.pod();
        assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
        assertEquals(10001, pod.at("/securityContext/runAsUser").asInt(), "the user of deploy/Dockerfile");
        assertEquals(
                "RuntimeDefault", pod.at("/securityContext/seccompProfile/type").asText());
        JsonNode container = workload.container().path("securityContext");
        assertTrue(container.path("readOnlyRootFilesystem").asBoolean());
        assertEquals(Set.of("ALL"), texts(container.at("/capabilities/drop")));
        assertTrue(isFalse(container.path("allowPrivilegeEscalation")));
        assertTrue(isFalse(pod.path("automountServiceAccountToken")));
        // RocksDB and the compressors unpack their native libraries there.
        assertTrue(workload.writable(Path.of("/tmp")));
    }

    /** Kubernetes would describe a Service onsale-x in variables ONSALE_X_…, and the program would refuse to start. */
    @ParameterizedTest
    @MethodSource("workloads")
    void pod_isToldNothingOfServices(Workload workload) {
        assertTrue(isFalse(workload.pod().path("enableServiceLinks")));
    }

    private static boolean isFalse(JsonNode node) {
        return node.isBoolean() && !node.booleanValue();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void workload_selectsItsOwnPods_alsoForSpreading(Workload workload) {
        JsonNode labels = workload.template().at("/metadata/labels");
        assertEquals(labels, workload.manifest().content().at("/spec/selector/matchLabels"));
        List<JsonNode> spread =
                each(workload.pod().path("topologySpreadConstraints")).toList();
        assertEquals(
                Set.of("kubernetes.io/hostname", "topology.kubernetes.io/zone"),
                spread.stream()
                        .map(constraint -> constraint.path("topologyKey").asText())
                        .collect(Collectors.toSet()));
        spread.forEach(constraint -> assertEquals(labels, constraint.at("/labelSelector/matchLabels")));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void workload_hasOneDisruptionBudget(Workload workload) {
        List<Manifest> budgets = manifests()
                .filter(manifest -> manifest.kind().equals("PodDisruptionBudget"))
                .filter(manifest -> selects(manifest.content().at("/spec/selector/matchLabels"), workload))
                .toList();
        assertEquals(1, budgets.size(), budgets::toString);
    }

    @Test
    void services_leadToPortsThatPodsHave() {
        List<Manifest> services = manifests()
                .filter(manifest -> manifest.kind().equals("Service"))
                .toList();
        assertEquals(4, services.size());
        for (Manifest service : services) {
            List<Workload> behind = workloads()
                    .filter(workload -> selects(service.content().at("/spec/selector"), workload))
                    .toList();
            assertEquals(1, behind.size(), service::toString);
            each(service.content().at("/spec/ports"))
                    .forEach(port -> assertEquals(
                            port.path("port").asInt(),
                            behind.getFirst().port(port.path("targetPort").asText()),
                            service::toString));
        }
    }

    @Test
    void adminPort_hasAServiceOfItsOwn() {
        assertEquals(Set.of("http"), ports("order-service"));
        assertEquals(Set.of("admin"), ports("order-service-admin"));
    }

    private static Set<String> ports(String service) {
        return each(Manifest.only("Service", service).content().at("/spec/ports"))
                .map(port -> port.path("targetPort").asText())
                .collect(Collectors.toSet());
    }

    @Test
    void deciders_haveNamesAndVolumesThatLast() {
        JsonNode spec =
                Manifest.only("StatefulSet", "inventory-stream").content().path("spec");
        Manifest names = Manifest.only("Service", spec.path("serviceName").asText());
        assertEquals("None", names.content().at("/spec/clusterIP").asText());
        assertEquals(1, spec.path("volumeClaimTemplates").size());
    }

    @Test
    void workers_areScaledByTheServiceThatTellsTheirBacklog() {
        Manifest scaled = Manifest.in(Manifest.SCALING).getFirst();
        JsonNode spec = scaled.content().path("spec");
        Workload workers =
                Workload.of("Deployment", spec.at("/scaleTargetRef/name").asText());
        assertTrue(workers.manifest().content().at("/spec/replicas").isMissingNode(), "apply would undo the scaling");
        JsonNode backlog = spec.at("/triggers/0/metadata");
        assertEquals(
                "http://payment-worker.onsale.svc:" + workers.port("health") + "/metrics",
                backlog.path("url").asText());
        assertEquals(Set.of("health"), ports("payment-worker"));
        assertTrue(spec.path("minReplicaCount").asInt() > 0, "nobody would be left to tell the backlog");
    }

    @Test
    void secrets_areNamedAndNotContained() {
        assertTrue(manifests().noneMatch(manifest -> manifest.kind().equals("Secret")));
        Set<String> named = workloads()
                .flatMap(workload -> each(workload.container().path("env")))
                .map(variable -> variable.at("/valueFrom/secretKeyRef"))
                .filter(JsonNode::isObject)
                .map(secret ->
                        secret.path("name").asText() + "/" + secret.path("key").asText())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(Set.of(
                        "inventory-stream/kafka-jaas",
                        "order-service/admin-token",
                        "order-service/kafka-jaas",
                        "payment-worker/gateway-key",
                        "payment-worker/kafka-jaas")),
                named);
    }

    private static boolean selects(JsonNode selector, Workload workload) {
        JsonNode labels = workload.template().at("/metadata/labels");
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
    }

    private static Set<String> texts(JsonNode array) {
        return each(array).map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }
}
