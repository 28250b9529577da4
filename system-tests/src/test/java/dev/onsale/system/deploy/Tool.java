package dev.onsale.system.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * How a command ended.
 *
 * @param exitCode 127 when there is no such command
 * @param output both of its streams
 */
record Tool(int exitCode, String output) {

    static Tool run(Path folder, String... command) throws InterruptedException {
        return runWith("", folder, command);
    }

    static Tool runWith(String input, Path folder, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Tool(process.waitFor(), output);
        } catch (IOException e) {
            return new Tool(127, e.toString());
        }
    }
}
