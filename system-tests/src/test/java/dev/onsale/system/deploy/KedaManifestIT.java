package dev.onsale.system.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** KEDA's schema is published for Node only: npm install, then validate. */
class KedaManifestIT {

    @TempDir
    static Path folder;

    private final Manifest scaledObject = Manifest.in(Manifest.SCALING).getFirst();

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(
                Tool.run(folder, "node", "--version").exitCode() == 0,
                "SKIPPED: Node is not installed, so KEDA's schema was not asked");
        for (String file : List.of("package.json", "validate.mjs")) {
            try (InputStream in = KedaManifestIT.class.getResourceAsStream("/manifests/" + file)) {
                Files.copy(Objects.requireNonNull(in, file), folder.resolve(file));
            }
        }
        Tool installed = Tool.run(folder, "npm", "install", "--no-package-lock", "--no-fund", "--no-audit");
        assertEquals(0, installed.exitCode(), installed.output());
    }

    private static String objections(JsonNode manifest) throws Exception {
        Tool validated = Tool.runWith(manifest.toString(), folder, "node", "validate.mjs");
        assertEquals(0, validated.exitCode(), validated.output());
        return validated.output();
    }

    @Test
    void scaledObject_isValid_byPublishedSchema() throws Exception {
        assertEquals("", objections(scaledObject.content()));
    }

    /** The check above can fail: a field is renamed, dropped or given another value. */
    @ParameterizedTest
    @CsvSource({
        "/spec, minReplicaCount, minReplicas, /spec/minReplicas is unknown",
        "/spec/triggers/1, metadata, metaData, /spec/triggers/1 must have required property",
        "/spec/scaleTargetRef, name, , /spec/scaleTargetRef must have required property",
        "/spec, maxReplicaCount, =many, /spec/maxReplicaCount must be integer",
        "/spec/fallback, behavior, =higher, /spec/fallback/behavior must be equal to one of the allowed values",
        "/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown, policies, policy, scaleDown/policy is unknown"
    })
    void wrongScaledObject_isRefused_byPublishedSchema(
            String where, String field, @Nullable String change, String objection) throws Exception {
        String objections = objections(scaledObject.spoiled(where, field, change));
        assertTrue(objections.contains(objection), objections);
    }
}
