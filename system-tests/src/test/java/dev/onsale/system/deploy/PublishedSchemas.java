package dev.onsale.system.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.util.Map;

/** Kubernetes' OpenAPI schemas, as the official Java client was generated from them: it refuses unknown and missing fields. */
final class PublishedSchemas {

    private interface Reader {
        Object read(String json) throws IOException;
    }

    private static final Map<String, Reader> KINDS = Map.of(
            "v1 Namespace", V1Namespace::fromJson,
            "v1 Service", V1Service::fromJson,
            "apps/v1 Deployment", V1Deployment::fromJson,
            "apps/v1 StatefulSet", V1StatefulSet::fromJson,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::fromJson);

    private PublishedSchemas() {}

    /** @throws IllegalArgumentException saying what is wrong with an object */
    static void validate(JsonNode manifest) {
        String kind = manifest.path("apiVersion").asText() + " "
                + manifest.path("kind").asText();
        Reader reader = KINDS.get(kind);
        if (reader == null) {
            throw new IllegalArgumentException("no schema is known for " + kind);
        }
        try {
            reader.read(manifest.toString());
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
