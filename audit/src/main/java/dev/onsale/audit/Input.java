package dev.onsale.audit;

import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SchemaRegistry;

/**
 * What is read: the topics of a cluster, or an archive of them; and which schemas its records were written with.
 *
 * @param name where that is, for people
 * @param identity the same, and what tells it from what may stand there another time
 */
record Input(LogSource source, SchemaIds ids, String name, String identity) implements AutoCloseable {

    /** @throws dev.onsale.runtime.OperatorError when it cannot be had */
    static Input of(AuditOptions options) {
        if (options.archive().isPresent()) {
            ArchiveLogSource archive = ArchiveLogSource.open(options.archive().get());
            return new Input(archive, archive.schemaIds(), archive.name(), archive.identity());
        }
        KafkaLogSource cluster = KafkaLogSource.open(options.kafka());
        try {
            String name =
                    "cluster " + cluster.clusterId() + " at " + options.kafka().get("bootstrap.servers");
            return new Input(cluster, registered(options), name, name);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Topics in memory. */
    static Input memory(LogSource source, AuditOptions options) {
        return new Input(source, registered(options), "memory", "memory");
    }

    static SchemaIds registered(AuditOptions options) {
        return SchemaRegistry.from(options.registryUrl(), options.registryUser(), options.registryPassword());
    }

    @Override
    public void close() {
        source.close();
    }
}
