package dev.onsale.bench.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Buyers of one ticket each, of an event with as many sections as spread over all partitions. A buyer is a number from 0. */
final class Buyers {

    static final String HELD = "HELD";
    static final String SOLD = "SOLD";

    private static final int SECTIONS = 64;
    private static final int MOST_SEATS = 50_000;
    private static final int MOST_CONNECTIONS = 20_000;
    private static final HeaderName BUYER = HeaderNames.create("Onsale-Buyer");
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final HeaderName PREFER = HeaderNames.create("Prefer");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The JDK's client looks through all connections that are free for each call, which takes more than the call once there are many. */
    private final Http1Client client = Http1Client.builder()
            .shareConnectionCache(false)
            .connectionCacheSize(MOST_CONNECTIONS)
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(60))
            .build();

    /** An answer that has been read to its end. */
    private record Answer(int status, String body) {

        static Answer of(HttpClientResponse response) {
            try (response) {
                return new Answer(response.status().code(), response.as(String.class));
            }
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /** Opens the event, with a seat for each of so many buyers. */
    void open(Site site, long buyers) {
        String sections = IntStream.range(0, SECTIONS)
                .mapToObj(i -> "{\"section\":\"S%d\",\"capacity\":%d,\"price\":4500}"
                        .formatted(i, Math.min(MOST_SEATS, buyers / SECTIONS + 1)))
                .collect(Collectors.joining(","));
        Answer opened = Answer.of(client.post()
                .uri(site.admin().resolve("/admin/events"))
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .submit("{\"event\":\"bench\",\"name\":\"Bench\",\"currency\":\"EUR\","
                        + "\"holdSeconds\":3600,\"sections\":[" + sections + "]}"));
        if (opened.status() != 201) {
            throw new IllegalStateException("the event could not be opened: " + opened.body());
        }
    }

    /** Buys, until it is decided. @return {@link #HELD}, also when it has been paid meanwhile; else the status of the answer */
    String hold(URI api, long buyer) {
        Answer answer = buy(api, buyer);
        return answer.status() == 201 ? HELD : Integer.toString(answer.status());
    }

    /** Buys, until it has been paid or has failed. @return the state of the order, or the status of an answer that has none */
    String pay(URI api, long buyer) throws IOException {
        Answer answer = buy(api, buyer);
        if (answer.status() != 201) {
            return Integer.toString(answer.status());
        }
        JsonNode order = answer.json();
        URI path = api.resolve("/orders/" + order.path("orderId").asText());
        while (order.path("status").asText().equals(HELD)) {
            answer = Answer.of(by(client.get().uri(path), buyer).request());
            if (answer.status() != 200) {
                return Integer.toString(answer.status());
            }
            order = answer.json();
        }
        return order.path("status").asText();
    }

    private Answer buy(URI api, long buyer) {
        return Answer.of(by(client.post().uri(api.resolve("/orders")), buyer)
                .header(IDEMPOTENCY_KEY, "request-" + buyer)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .submit("{\"eventId\":\"bench\",\"sectionId\":\"S%d\",\"quantity\":1,\"paymentToken\":\"pm_card_visa\"}"
                        .formatted(buyer % SECTIONS)));
    }

    private static Http1ClientRequest by(Http1ClientRequest request, long buyer) {
        return request.header(BUYER, "buyer-" + buyer).header(PREFER, "wait=30");
    }
}
