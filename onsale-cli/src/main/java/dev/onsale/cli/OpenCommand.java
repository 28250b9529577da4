package dev.onsale.cli;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.http.Web;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale open}: puts an event on sale. The server reads the layout, so that there is one place that judges it. */
@Command(
        name = "open",
        description = "Put an event on sale. Opening it again with the same layout changes nothing.",
        footer = "%nExit codes: 0 on sale, 1 refused (the message names line and field), 2 could not run.")
final class OpenCommand implements Callable<Integer> {

    @Parameters(paramLabel = "LAYOUT.yaml", description = "The event's sections and prices; see examples/.")
    Path layout = Path.of("");

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "Admin port of order-service. Default: ${DEFAULT-VALUE}.")
    String admin = "";

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            defaultValue = "",
            description = "Token of the admin port, when it asks for one.")
    String token = "";

    @Override
    public Integer call() {
        String content = read(layout);
        Map<String, String> headers = new HashMap<>();
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        }
        String type = layout.toString().endsWith(".json") ? "application/json" : "application/yaml";
        try (Web web = new Web(admin, "--admin")) {
            Answer answer = web.post("/admin/events", headers, type, content);
            if (!answer.ok()) {
                System.err.println("onsale: " + layout + ": " + answer.problem());
                return 1;
            }
            System.out.println(
                    answer.status() == 201 ? "On sale: " + answer.body() : "On sale already: " + answer.body());
            return 0;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new OperatorError(
                    "There is no file " + file + "; name a layout, such as examples/small-club.yaml.", e);
        } catch (CharacterCodingException e) {
            throw new OperatorError("The file " + file + " is not UTF-8; save it as UTF-8.", e);
        } catch (IOException e) {
            throw new OperatorError(
                    "The file " + file + " cannot be read (" + e.getMessage() + "); make it readable.", e);
        }
    }
}
