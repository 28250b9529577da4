package dev.onsale.release.flags;

import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseWriter;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Writes changes of flags: the flag and its entry in the release log in one transaction. Safe for use by several threads. */
public final class FlagChanges implements AutoCloseable {

    private final Map<String, Object> kafka;
    private final ReleaseWriter writer;

    /**
     * Connects when the first change is written.
     *
     * @param kafka properties of the client
     * @param timeout how long each step of a transaction may take
     */
    public FlagChanges(Map<String, Object> kafka, Duration timeout) {
        this(kafka, new ReleaseWriter(kafka, timeout));
    }

    /**
     * The same for a writer of whom there may be only one: what one writes after another has connected by the same name is
     * refused.
     *
     * @param name of the writer
     */
    public FlagChanges(Map<String, Object> kafka, Duration timeout, String name) {
        this(kafka, new ReleaseWriter(kafka, timeout, name));
    }

    private FlagChanges(Map<String, Object> kafka, ReleaseWriter writer) {
        this.kafka = Map.copyOf(kafka);
        this.writer = writer;
    }

    /** The latest change of every flag in the topic. @throws OperatorError when the brokers do not answer */
    public List<FlagChange> latest() {
        try {
            return TopicReader.latest(kafka);
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The flags cannot be read (" + e.getMessage()
                            + "); start the brokers, create the topics, or correct bootstrap.servers.",
                    e);
        }
    }

    /** Connects now, so that a writer of the same name can write no more. @throws OperatorError when the brokers do not answer */
    public void takeOver() {
        writer.takeOver();
    }

    /**
     * Writes a change and its entry in the release log.
     *
     * @throws OperatorError when the brokers did not confirm it; it may be written or not, and may be written again
     */
    public void write(FlagChange change) {
        writer.write(List.of(change.message(), change.entry().message()));
    }

    /** Writes a change, its entry, and other entries in the release log that it rests on, all in one transaction. */
    public void write(FlagChange change, List<ReleaseEntry> reasons) {
        List<ProducerRecord<byte[], byte @Nullable []>> messages = new ArrayList<>();
        reasons.forEach(reason -> messages.add(reason.message()));
        messages.add(change.message());
        messages.add(change.entry().message());
        writer.write(messages);
    }

    /** Writes only an entry in the release log. */
    public void write(ReleaseEntry entry) {
        writer.write(List.of(entry.message()));
    }

    /** Writes only the entry in the release log, of a change that held and has been overtaken. */
    void writeEntry(FlagChange change) {
        writer.write(List.of(change.entry().message()));
    }

    @Override
    public void close() {
        writer.close();
    }
}
