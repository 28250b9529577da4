package dev.onsale.fallback;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.SchemaRegistry;
import dev.onsale.schemas.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports {@code onsale.events} to PostgreSQL, every event exactly once: what it leads to and the offset behind it are written
 * in one transaction. Run two for one to take over when the other dies; more share the partitions.
 *
 * <p>While PostgreSQL or the brokers are away it waits for them. An event that is not what the decider can have decided stops
 * its partition for good; the exporter is not {@link #ready} then, and goes on with the others.
 */
public final class Exporter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Exporter.class);

    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Database database;
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Progress progress = new Progress();
    private final Export export;
    private final Thread watch;
    private final Thread loop;

    private volatile boolean stopping;
    private volatile boolean stepped;

    private Exporter(ExporterConfig config, Database database, PrometheusMeterRegistry meters, Runnable failed) {
        this.database = database;
        this.admin = Admin.create(config.kafka());
        this.consumer = EventConsumer.of(
                config.kafka(), config.batchRecords(), Map.of(ConsumerConfig.GROUP_ID_CONFIG, Groups.EXPORTER));
        var ids = SchemaRegistry.from(config.registryUrl(), config.registryUser(), config.registryPassword());
        this.export = new Export(consumer, database.jdbi(), new EventReader(ids), progress);
        this.loop = Thread.ofPlatform().name("export").unstarted(() -> run(failed));
        var lag = new ExportLag(admin, progress, config.lagBound(), meters);
        this.watch = Thread.ofPlatform().name("export-lag").unstarted(lag);
    }

    /**
     * Starts exporting; returns before partitions are assigned.
     *
     * @param failed called when the exporter cannot go on
     * @throws OperatorError when the database cannot be used or a setting is wrong
     */
    public static Exporter start(ExporterConfig config, PrometheusMeterRegistry meters, Runnable failed) {
        Database database = Database.open(config.database());
        try {
            var exporter = new Exporter(config, database, meters, failed);
            exporter.loop.start();
            exporter.watch.start();
            log.info("exports to {}", config.database());
            return exporter;
        } catch (ConfigException e) {
            database.close();
            throw new OperatorError("A kafka.* setting is wrong: " + e.getMessage() + ".", e);
        } catch (KafkaException e) {
            database.close();
            throw new OperatorError("Kafka cannot be used (" + e.getMessage() + "); check bootstrap.servers.", e);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void run(Runnable failed) {
        try (consumer) {
            consumer.subscribe(List.of(Topics.EVENTS.name()), export);
            while (!stopping) {
                export.step(IDLE_POLL);
                stepped = true;
            }
        } catch (WakeupException e) {
            log.debug("woken up to stop");
        } catch (RuntimeException e) {
            log.error("the exporter fails", e);
        }
        stepped = false;
        if (!stopping) {
            failed.run();
        }
    }

    /** Whether every partition that is assigned is being exported. */
    public boolean ready() {
        return stepped && progress.healthy();
    }

    /** Ends the transaction under way and stops. */
    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            loop.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.interrupt();
        admin.close(CLOSE_TIMEOUT);
        database.close();
    }
}
