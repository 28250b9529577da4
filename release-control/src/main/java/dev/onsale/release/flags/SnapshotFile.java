package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.flags.FlagTable.State;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last known state of the flags in a file, for a start without a broker. It is replaced as a whole: whoever reads it
 * finds the old state or the new one.
 */
final class SnapshotFile {

    private static final Logger log = LoggerFactory.getLogger(SnapshotFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    SnapshotFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** What was written last; nothing when there is no such file, or it cannot be read. */
    State read() {
        if (!Files.exists(file)) {
            return State.EMPTY;
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            return new State(changes(json.path("topic")), changes(json.path("local")), changes(json.path("unlogged")));
        } catch (IOException | IllegalArgumentException | DateTimeParseException | OperatorError e) {
            log.error(
                    "The snapshot of flags {} cannot be read, so that flags have their defaults: {}",
                    file,
                    e.toString());
            return State.EMPTY;
        }
    }

    private static List<FlagChange> changes(JsonNode array) {
        List<FlagChange> changes = new ArrayList<>();
        array.forEach(change -> changes.add(FlagChange.fromJson(change)));
        return changes;
    }

    /** Replaces what was written. A file that cannot be written is logged: flags work without it, until the next start. */
    synchronized void write(State state) {
        ObjectNode json = JSON.createObjectNode();
        put(json.putArray("topic"), state.topic());
        put(json.putArray("local"), state.local());
        put(json.putArray("unlogged"), state.unlogged());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.createDirectories(file.resolveSibling(".").normalize());
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes =
                        ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.error(
                    "The snapshot of flags {} cannot be written; give flags.snapshot.file a place that can be: {}",
                    file,
                    e.toString());
        }
    }

    private static void put(ArrayNode array, List<FlagChange> changes) {
        changes.forEach(change -> array.add(change.toJson()));
    }
}
