package dev.onsale.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Answer;
import dev.onsale.cli.http.Web;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale buy}: one purchase, from the request to the paid ticket. */
@Command(
        name = "buy",
        description = "Buy tickets and wait until they are paid.",
        footer = {
            "",
            "The request id is printed first: with it, a purchase whose answer was lost is asked for again and not bought twice.",
            "Exit codes: 0 sold or held, 1 rejected or ended unsold, 2 could not run."
        })
final class BuyCommand implements Callable<Integer> {

    private static final Set<String> GOOD = Set.of("SOLD", "HELD");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameters(paramLabel = "EVENT", description = "The event's id.")
    String event = "";

    @Option(names = "--section", paramLabel = "S", required = true, description = "The section's id.")
    String section = "";

    @Option(names = "--quantity", paramLabel = "N", description = "How many; the best seats that are free.")
    @Nullable
    Integer quantity;

    @Option(names = "--seats", paramLabel = "A-1,A-2", split = ",", description = "These seats, all or none.")
    List<String> seats = List.of();

    @Option(
            names = "--buyer",
            paramLabel = "B",
            defaultValue = "${sys:user.name}",
            description = "Who buys. Default: your user name.")
    String buyer = "";

    @Option(names = "--request-id", paramLabel = "R", description = "Id of the request. Default: a new one.")
    @Nullable
    String requestId;

    @Option(
            names = "--token",
            paramLabel = "T",
            defaultValue = "pm_card_visa",
            description = "Payment token. Default: ${DEFAULT-VALUE}, a test card that pays.")
    String token = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where order-service is. Default: ${DEFAULT-VALUE}.")
    String url = "";

    @Override
    public Integer call() {
        if ((quantity == null) == seats.isEmpty()) {
            throw new OperatorError("Give either --quantity N or --seats A-1,A-2.");
        }
        String request = requestId == null ? UUID.randomUUID().toString() : requestId;
        System.err.println("Request " + request + " of buyer " + buyer
                + "; if the answer is lost, ask again with --buyer " + buyer + " --request-id " + request);
        try (Web web = new Web(url, "--url")) {
            Map<String, String> headers =
                    Map.of("Idempotency-Key", request, "Onsale-Buyer", buyer, "Prefer", "wait=" + PATIENCE.toSeconds());
            Answer answer = awaitPaid(web, web.post("/orders", headers, "application/json", body()));
            if (!answer.text("orderId").isEmpty()) {
                System.out.println(answer.body().toPrettyString());
            }
            return exitCode(answer);
        }
    }

    private String body() {
        ObjectNode body = Web.mapper().createObjectNode();
        body.put("eventId", event).put("sectionId", section).put("paymentToken", token);
        if (quantity == null) {
            seats.forEach(body.putArray("seats")::add);
        } else {
            body.put("quantity", quantity);
        }
        try {
            return Web.mapper().writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can be written", e);
        }
    }

    /** A held order is sold when its payment has come through, so it is asked for again until it has, or time is up. */
    private Answer awaitPaid(Web web, Answer first) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = first;
        while (Set.of("QUEUED", "HELD").contains(answer.text("status")) && answer.ok()) {
            long seconds = (deadline - System.nanoTime()) / 1_000_000_000;
            // A hold with a reason has been declined and waits for its buyer.
            if (seconds < 1 || !answer.text("reason").isEmpty()) {
                return answer;
            }
            Map<String, String> headers = new HashMap<>(Map.of("Onsale-Buyer", buyer, "Prefer", "wait=" + seconds));
            if (!answer.etag().isEmpty()) {
                headers.put("If-None-Match", answer.etag());
            }
            Answer next = web.get("/orders/" + answer.text("orderId"), headers);
            if (next.status() == 304) {
                return answer;
            }
            answer = next;
        }
        return answer;
    }

    private int exitCode(Answer answer) {
        String status = answer.text("status");
        if (answer.ok() && GOOD.contains(status)) {
            return 0;
        }
        if (answer.ok() && status.equals("QUEUED")) {
            throw new OperatorError(
                    "The order was accepted and is not decided yet; ask again with the same request id.");
        }
        if (answer.status() >= 500) {
            throw new OperatorError(
                    "The server cannot answer now (" + answer.problem() + "); ask again with the same request id.");
        }
        System.err.println("onsale: " + (answer.ok() ? "The order is " + status + "." : answer.problem()));
        return 1;
    }
}
