package dev.onsale.orders;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name of an instance in the view's consumer group. It belongs to the state folder: whoever comes back with the same
 * state comes back under the same name and gets the same partitions.
 */
final class InstanceId {

    private static final String FILE = "instance-id";

    private InstanceId() {}

    /** @throws OperatorError when the folder cannot be used */
    static String of(Path stateDir, String configured) {
        try {
            Files.createDirectories(stateDir);
            if (!configured.isEmpty()) {
                return configured;
            }
            Path file = stateDir.resolve(FILE);
            if (Files.exists(file) && Files.size(file) > 0) {
                return Files.readString(file).strip();
            }
            String id = "orders-" + UUID.randomUUID();
            Files.writeString(file, id);
            return id;
        } catch (IOException e) {
            throw new OperatorError("The state folder " + stateDir + " cannot be used (" + e
                    + "); give state.dir a folder that this program may write.");
        }
    }
}
