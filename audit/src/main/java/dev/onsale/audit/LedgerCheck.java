package dev.onsale.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.runtime.OperatorError;
import dev.onsale.wire.PaymentOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gateways' own ledgers against the log: what was really captured and refunded is what was reported, and no idempotency
 * key had two effects, not even at different gateways. In receipts, the ledgers are the partitions of a topic {@value #LEDGER},
 * in the order in which they were given, and an entry's {@code seq} its offset.
 */
final class LedgerCheck {

    static final String LEDGER = "ledger";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /**
     * Money of one order, in minor units.
     *
     * @param capturing amount of captures asked for and not reported
     * @param refunding amount of refunds asked for and not reported
     * @param receipt offset of its last command, or of the last ledger entry
     */
    private record Sums(
            long captured, long refunded, long capturing, long refunding, long atMillis, int partition, long receipt) {

        Sums plus(Sums more) {
            return new Sums(
                    captured + more.captured,
                    refunded + more.refunded,
                    capturing + more.capturing,
                    refunding + more.refunding,
                    Math.max(atMillis, more.atMillis),
                    more.partition,
                    more.receipt);
        }

        /** Of the sums of a ledger. */
        Receipt entry() {
            return new Receipt(LEDGER, partition, receipt);
        }

        byte[] toBytes() {
            return ByteBuffer.allocate(6 * Long.BYTES + Integer.BYTES)
                    .putLong(captured)
                    .putLong(refunded)
                    .putLong(capturing)
                    .putLong(refunding)
                    .putLong(atMillis)
                    .putInt(partition)
                    .putLong(receipt)
                    .array();
        }

        static Sums fromBytes(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Sums(
                    buffer.getLong(),
                    buffer.getLong(),
                    buffer.getLong(),
                    buffer.getLong(),
                    buffer.getLong(),
                    buffer.getInt(),
                    buffer.getLong());
        }
    }

    private final Findings findings;
    private final boolean oneEventOnly;
    private final Table<Sums> logged;
    private final Table<Sums> charged;
    private final Table<byte[]> effects;

    LedgerCheck(Findings findings, Store store, boolean oneEventOnly) {
        this.findings = findings;
        this.oneEventOnly = oneEventOnly;
        this.logged = new Table<>(store, 'm', Sums::toBytes, Sums::fromBytes);
        this.charged = new Table<>(store, 'g', Sums::toBytes, Sums::fromBytes);
        this.effects = new Table<>(store, 'e', value -> value, value -> value);
    }

    /** Takes up what the log says of an order; of several sections the sum, since the gateway knows only the order. */
    void take(int partition, String orderId, OrderFacts facts) {
        var sums = new Sums(
                facts.captured(),
                facts.refunded(),
                pending(facts, PaymentOperation.CAPTURE),
                pending(facts, PaymentOperation.REFUND),
                facts.lastMillis,
                partition,
                facts.lastCommand);
        logged.put(
                orderId, logged.find(orderId).map(earlier -> earlier.plus(sums)).orElse(sums));
    }

    private static long pending(OrderFacts facts, PaymentOperation operation) {
        return facts.pending(operation) ? facts.total : 0;
    }

    /**
     * Reads the ledgers and compares. They are read after the log, so whatever the log reports must be in them.
     *
     * @throws OperatorError when one cannot be read
     */
    void compare(List<String> ledgers, Later later) {
        for (int i = 0; i < ledgers.size(); i++) {
            read(ledgers.get(i), i);
        }
        charged.forEach((orderId, gateway) -> {
            Sums log = logged.find(orderId).orElse(null);
            if (log == null) {
                unknown(orderId, gateway, later);
            } else {
                compare(orderId, log, gateway, later);
            }
        });
        logged.forEach((orderId, log) -> {
            if (charged.find(orderId).isEmpty()) {
                compare(orderId, log, new Sums(0, 0, 0, 0, log.atMillis(), 0, -1), later);
            }
        });
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
        Receipt receipt = new Receipt(LEDGER, number, entry.path("seq").asLong());
        String operation = entry.path("operation").asText();
        long amount = entry.path("amount").asLong();
        String key = entry.path("idempotencyKey").asText();
        String outcome = entry.path("outcome").asText();
        findings.story()
                .effect(
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
            once(key, orderId, at.toEpochMilli(), receipt);
        }
        long captured = operation.equals("capture") ? amount : 0;
        long refunded = operation.equals("refund") ? amount : 0;
        if (captured != 0 || refunded != 0) {
            var sums = new Sums(captured, refunded, 0, 0, at.toEpochMilli(), number, receipt.offset());
            charged.put(
                    orderId,
                    charged.find(orderId).map(earlier -> earlier.plus(sums)).orElse(sums));
        }
    }

    private void once(String key, String orderId, long atMillis, Receipt receipt) {
        Optional<byte[]> known = effects.find(key);
        if (known.isPresent()) {
            ByteBuffer first = ByteBuffer.wrap(known.get());
            findings.violation(
                    3,
                    atMillis,
                    orderId,
                    "The gateway did twice what idempotency key " + key + " stands for.",
                    new Receipt(LEDGER, first.getInt(), first.getLong()),
                    receipt);
        } else {
            effects.put(
                    key,
                    ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                            .putInt(receipt.partition())
                            .putLong(receipt.offset())
                            .array());
        }
    }

    private void unknown(String orderId, Sums gateway, Later later) {
        // Of another event, the log was not read; the ledger does not say which event an order is of.
        if (!oneEventOnly && !later.orderOfAnySection(orderId)) {
            findings.violation(
                    3,
                    gateway.atMillis(),
                    orderId,
                    "The gateway captured " + gateway.captured() + " and refunded " + gateway.refunded()
                            + " for an order that is not in the log.",
                    gateway.entry());
        }
    }

    private void compare(String orderId, Sums log, Sums gateway, Later later) {
        boolean captures = same(gateway.captured(), log.captured(), log.capturing());
        boolean refunds = same(gateway.refunded(), log.refunded(), log.refunding());
        if ((captures && refunds) || later.orderOfAnySection(orderId)) {
            return;
        }
        List<Receipt> receipts = new ArrayList<>(
                List.of(new Receipt(dev.onsale.schemas.Topics.COMMANDS.name(), log.partition(), log.receipt())));
        if (gateway.receipt() >= 0) {
            receipts.add(gateway.entry());
        }
        findings.violation(
                3,
                log.atMillis(),
                orderId,
                "",
                "The gateway captured " + gateway.captured() + " and refunded " + gateway.refunded()
                        + "; the log says captured " + log.captured() + ", refunded " + log.refunded() + ".",
                receipts);
    }

    /** What is under way may have happened already, its report being still to come. */
    private static boolean same(long gateway, long log, long pending) {
        return gateway == log || (pending > 0 && gateway == log + pending);
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
