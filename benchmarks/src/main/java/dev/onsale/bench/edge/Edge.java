package dev.onsale.bench.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.audit.Audit;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.bench.Figures;
import dev.onsale.bench.edge.OpenLoop.Visits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Buyers over HTTP, until they are told what was decided ({@code http}) or until they have paid ({@code checkout}). */
public final class Edge {

    private static final int SECTIONS = 64;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a buyer waits for. */
    public enum Scenario {
        HTTP("http", "HELD"),
        CHECKOUT("checkout", "SOLD");

        private final String id;
        private final String wanted;

        Scenario(String id, String wanted) {
            this.id = id;
            this.wanted = wanted;
        }

        public static Optional<Scenario> of(String id) {
            return java.util.Arrays.stream(values())
                    .filter(each -> each.id.equals(id))
                    .findFirst();
        }
    }

    private final Scenario scenario;
    private final int perSecond;
    private final Duration length;
    private final Consumer<String> tell;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * @param perSecond how many buyers come in a second
     * @param length how long they come, after a warm-up
     * @param tell gets a line for each round
     */
    public Edge(Scenario scenario, int perSecond, Duration length, Consumer<String> tell) {
        this.scenario = scenario;
        this.perSecond = perSecond;
        this.length = length;
        this.tell = tell;
    }

    /** Runs it {@code rounds} times, each on a new site. */
    public ObjectNode run(int rounds) throws Exception {
        double[][] figures = new double[5][rounds];
        ObjectNode json = Figures.of(scenario.id).put("offeredPerSecond", perSecond);
        long other = 0;
        int auditExit = 0;
        for (int round = 0; round < rounds; round++) {
            try (Site site = Site.up()) {
                open(site);
                OpenLoop.run(0, perSecond, WARM_UP, scenario.wanted, number -> visit(site.api(), number));
                Duration cpu = site.cpu();
                long first = perSecond * WARM_UP.toSeconds();
                Visits visits =
                        OpenLoop.run(first, perSecond, length, scenario.wanted, number -> visit(site.api(), number));
                long done = visits.count(scenario.wanted);
                figures[0][round] = done / visits.seconds();
                figures[1][round] = visits.millis(50);
                figures[2][round] = visits.millis(99);
                figures[3][round] = visits.millis(99.9);
                figures[4][round] = site.cpu().minus(cpu).toMillis() * 1e3 / done;
                other += visits.endings().values().stream().mapToLong(n -> n).sum() - done;
                boolean proven = Audit.run(AuditOptions.of(site.client()), AuditListener.SILENT)
                        .proven();
                auditExit = Math.max(auditExit, proven ? 0 : 1);
                tell.accept(String.format(
                        java.util.Locale.ROOT,
                        "%,8.0f/s of %,d  p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms  %s  audit %s",
                        figures[0][round],
                        perSecond,
                        figures[1][round],
                        figures[2][round],
                        figures[3][round],
                        visits.endings(),
                        proven ? "proven" : "NOT CLEAN"));
            }
        }
        Figures.put(json, "perSecond", figures[0]);
        Figures.put(json, "p50Millis", figures[1]);
        Figures.put(json, "p99Millis", figures[2]);
        Figures.put(json, "p999Millis", figures[3]);
        Figures.put(json, "cpuSecondsPerMillion", figures[4]);
        return json.put("endedOtherwise", other).put("auditExit", auditExit);
    }

    /** Seats for everybody, in as many sections as spread over all partitions. */
    private void open(Site site) throws IOException, InterruptedException {
        long buyers = perSecond * (WARM_UP.toSeconds() + length.toSeconds());
        String sections = IntStream.range(0, SECTIONS)
                .mapToObj(i -> "{\"section\":\"S%d\",\"capacity\":%d,\"price\":4500}"
                        .formatted(i, Math.min(50_000, buyers / SECTIONS + 1)))
                .collect(Collectors.joining(","));
        HttpResponse<String> opened = client.send(
                HttpRequest.newBuilder(site.admin().resolve("/admin/events"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"event\":\"bench\",\"name\":\"Bench\",\"currency\":\"EUR\","
                                + "\"holdSeconds\":3600,\"sections\":[" + sections + "]}"))
                        .build(),
                BodyHandlers.ofString());
        if (opened.statusCode() != 201) {
            throw new IllegalStateException("the event could not be opened: " + opened.body());
        }
    }

    private String visit(URI api, long number) throws IOException, InterruptedException {
        String buyer = "buyer-" + number;
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(api.resolve("/orders"))
                        .timeout(TIMEOUT)
                        .header("Onsale-Buyer", buyer)
                        .header("Idempotency-Key", "request-" + number)
                        .header("Prefer", "wait=30")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"eventId\":\"bench\",\"sectionId\":\"S%d\",\"quantity\":1,\"paymentToken\":\"pm_card_visa\"}"
                                        .formatted(number % SECTIONS)))
                        .build(),
                BodyHandlers.ofByteArray());
        if (answer.statusCode() != 201) {
            return Integer.toString(answer.statusCode());
        }
        JsonNode order = JSON.readTree(answer.body());
        if (scenario == Scenario.HTTP) {
            // It may have been paid already.
            return scenario.wanted;
        }
        return paid(api, buyer, order);
    }

    private String paid(URI api, String buyer, JsonNode order) throws IOException, InterruptedException {
        JsonNode latest = order;
        while (latest.path("status").asText().equals("HELD")) {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(api.resolve(
                                    "/orders/" + order.path("orderId").asText()))
                            .timeout(TIMEOUT)
                            .header("Onsale-Buyer", buyer)
                            .header("Prefer", "wait=30")
                            .build(),
                    BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                return Integer.toString(answer.statusCode());
            }
            latest = JSON.readTree(answer.body());
        }
        return latest.path("status").asText();
    }
}
