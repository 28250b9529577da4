package dev.onsale.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the gateways' own ledgers into rows, for {@link LedgerCheck}. */
final class LedgerLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Story story;
    private final RowFile rows;

    LedgerLog(Story story, RowFile rows) {
        this.story = story;
        this.rows = rows;
    }

    /** @throws OperatorError when one cannot be read */
    void read(List<String> ledgers) {
        for (int number = 0; number < ledgers.size(); number++) {
            read(ledgers.get(number), number);
        }
    }

    private void read(String ledger, int number) {
        try (Stream<String> lines = open(ledger)) {
            lines.filter(line -> !line.isBlank()).forEach(line -> entry(ledger, number, line));
        } catch (UncheckedIOException e) {
            throw unreadable(ledger, e);
        }
    }

    private void entry(String ledger, int number, String line) {
        JsonNode entry;
        Instant at;
        try {
            entry = JSON.readTree(line);
            at = Instant.parse(entry.path("at").asText());
        } catch (JsonProcessingException | DateTimeParseException e) {
            throw unreadable(ledger, e);
        }
        String orderId = entry.path("orderId").asText();
        Receipt receipt =
                new Receipt(LedgerCheck.LEDGER, number, entry.path("seq").asLong());
        String operation = entry.path("operation").asText();
        long amount = entry.path("amount").asLong();
        String key = entry.path("idempotencyKey").asText();
        String outcome = entry.path("outcome").asText();
        story.effect(
                receipt,
                at.toEpochMilli(),
                orderId,
                entry.path("attempt").asInt(),
                operation,
                Words.ofEffect(operation, amount, entry.path("currency").asText(), key, outcome));
        if (!outcome.equals("succeeded")) {
            return;
        }
        if (!key.isEmpty()) {
            // A key begins with its order's id, so it mostly goes where its order goes.
            add(Row.Kind.EFFECT, key, key.split(":", 2)[0], receipt, at, orderId.getBytes(StandardCharsets.UTF_8));
        }
        long captured = operation.equals("capture") ? amount : 0;
        long refunded = operation.equals("refund") ? amount : 0;
        if (captured != 0 || refunded != 0) {
            var sums = new Sums(captured, refunded, 0, 0);
            add(Row.Kind.CHARGED, orderId, orderId, receipt, at, sums.toBytes());
        }
    }

    private void add(Row.Kind kind, String key, String bucketOf, Receipt entry, Instant at, byte[] value) {
        rows.add(bucketOf, new Row(kind, key, entry.partition(), entry.offset(), at.toEpochMilli(), value));
    }

    @SuppressWarnings("StreamResourceLeak") // whoever calls closes it
    private static Stream<String> open(String ledger) {
        try {
            if (!ledger.startsWith("http://") && !ledger.startsWith("https://")) {
                return Files.lines(Path.of(ledger));
            }
            HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
            HttpResponse<Stream<String>> response = client.send(
                    HttpRequest.newBuilder(URI.create(ledger)).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                throw unreadable(ledger, new IOException("HTTP status " + response.statusCode()));
            }
            return response.body();
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(ledger, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreadable(ledger, e);
        }
    }

    private static OperatorError unreadable(String ledger, @Nullable Throwable cause) {
        return new OperatorError(
                "The gateway's ledger " + ledger + " cannot be read (" + cause
                        + "); give the URL of GET /simulator/ledger of a gateway that runs, or a file of its lines.",
                cause);
    }
}
