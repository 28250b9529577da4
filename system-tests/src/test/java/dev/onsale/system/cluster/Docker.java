package dev.onsale.system.cluster;

import dev.onsale.system.stack.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Docker Engine of this machine, if there is one. */
final class Docker {

    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final Duration A_MOMENT = Duration.ofSeconds(60);
    private static final Duration A_DOWNLOAD = Duration.ofMinutes(5);

    private Docker() {}

    /** Skips the test, and prints why, unless an engine answers and has or can fetch the images. */
    static void assume(String... images) {
        if (!docker("info").well()) {
            skip("no Docker engine answers `docker info`");
        }
        for (String image : images) {
            if (!docker("image", "inspect", image).well()
                    && !Shell.run(HERE, Map.of(), A_DOWNLOAD, List.of("docker", "pull", image))
                            .well()) {
                skip("the image " + image + " is not on this machine and cannot be fetched");
            }
        }
    }

    /** The command of Compose, as this machine has it; skips the test, and prints why, when it has none. */
    static List<String> assumeCompose() {
        for (List<String> compose : List.of(List.of("docker-compose"), List.of("docker", "compose"))) {
            List<String> version = new ArrayList<>(compose);
            version.add("version");
            if (Shell.run(HERE, Map.of(), A_MOMENT, version).well()) {
                return compose;
            }
        }
        skip("neither docker-compose nor docker compose is installed");
        return List.of();
    }

    /** Skips the running test. */
    static void skip(String why) {
        Machine.skip("container test: " + why);
    }

    static Shell.Ended docker(String... arguments) {
        return docker(A_MOMENT, arguments);
    }

    static Shell.Ended docker(Duration longest, String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return Shell.run(HERE, Map.of(), longest, command);
    }
}
