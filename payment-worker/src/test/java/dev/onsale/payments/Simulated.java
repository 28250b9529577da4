package dev.onsale.payments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.payments.simulator.GatewaySimulator;
import dev.onsale.payments.simulator.SimulatorConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

/** The simulator, asked over HTTP as anybody would. */
final class Simulated implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GatewaySimulator simulator;
    private final HttpClient client = HttpClient.newHttpClient();

    Simulated(Path folder) {
        simulator = GatewaySimulator.start(new SimulatorConfig("127.0.0.1", 0, folder.resolve("ledger.jsonl"), 7));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + simulator.port());
    }

    void behave(String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url().resolve("/simulator/behaviour"))
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build();
        int status = client.send(request, BodyHandlers.ofString()).statusCode();
        if (status != 200) {
            throw new IllegalArgumentException("status " + status + " for " + json);
        }
    }

    List<JsonNode> ledger() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url().resolve("/simulator/ledger")).build();
            return client.send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .map(Simulated::parse)
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many effects of an operation an order has in the ledger. */
    long count(String order, String operation) {
        return ledger().stream()
                .filter(line -> line.required("orderId").asText().equals(order)
                        && line.required("operation").asText().equals(operation))
                .count();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        simulator.close();
    }
}
