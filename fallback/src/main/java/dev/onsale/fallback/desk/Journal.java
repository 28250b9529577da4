package dev.onsale.fallback.desk;

import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Everything that is decided in a fallback, in order, and the payment operations that it asks for. */
public final class Journal {

    /** With the ids of this build and not a registry's, so that all can be read when nothing but PostgreSQL is there. */
    private static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");

    private static final AvroSerde<PaymentRequest> PAYMENTS =
            AvroSerde.of(PaymentRequest.class, PinnedSchemas.released(), Topics.PAYMENTS.name() + "-value");

    /**
     * A decision that is still to be sent to the log.
     *
     * @param number its place among all decisions
     */
    public record Entry(long number, SectionKey section, Command command) {}

    private Journal() {}

    /**
     * Notes a decision.
     *
     * @param fromTheLog whether the command stands in the log already and the decider will come upon it there
     */
    public static void note(
            Handle handle,
            long epoch,
            SectionKey key,
            Command command,
            LiveSection.Outcome outcome,
            boolean fromTheLog) {
        handle.createUpdate("INSERT INTO fallback.decisions"
                        + " (epoch, event_id, section_id, order_id, kind, events, decided_at_millis, from_the_log, command)"
                        + " VALUES (:epoch, :event, :section, :order, :kind, :events, :at, :log, :command)")
                .bind("epoch", epoch)
                .bind("event", key.eventId())
                .bind("section", key.sectionId())
                .bind("order", command.getHeader().getOrderId())
                .bind("kind", command.getPayload().getClass().getSimpleName())
                .bindArray("events", String.class, names(outcome))
                .bind("at", outcome.decided().stamp().atMillis())
                .bind("log", fromTheLog)
                .bind("command", COMMANDS.toBytes(command))
                .execute();
        outcome.payments()
                .forEach(request ->
                        ask(handle, request, outcome.decided().stamp().atMillis()));
        if (command.getPayload() instanceof PaymentReported report) {
            settled(handle, key, command.getHeader().getOrderId(), report);
        }
    }

    private static List<String> names(LiveSection.Outcome outcome) {
        return outcome.events().stream()
                .map(event -> event.getPayload().getClass().getSimpleName())
                .toList();
    }

    /** Takes note of a payment operation that is asked for; once is enough. */
    public static void ask(Handle handle, PaymentRequest request, long atMillis) {
        handle.createUpdate("INSERT INTO fallback.payments"
                        + " (idempotency_key, event_id, section_id, asked_at_millis, request)"
                        + " VALUES (:key, :event, :section, :at, :request) ON CONFLICT DO NOTHING")
                .bind("key", request.getIdempotencyKey())
                .bind("event", request.getEventId())
                .bind("section", request.getSectionId())
                .bind("at", atMillis)
                .bind("request", PAYMENTS.toBytes(request))
                .execute();
    }

    private static void settled(Handle handle, SectionKey key, String orderId, PaymentReported report) {
        handle.execute(
                "DELETE FROM fallback.payments WHERE idempotency_key = ? AND event_id = ? AND section_id = ?",
                idempotencyKey(orderId, report),
                key.eventId(),
                key.sectionId());
    }

    private static String idempotencyKey(String orderId, PaymentReported report) {
        return orderId + ":" + report.getAttempt() + ":"
                + report.getOperation().name().toLowerCase(Locale.ROOT);
    }

    /**
     * A payment operation to be executed.
     *
     * @param askedAtMillis when it was asked for, epoch milliseconds
     */
    public record Asked(PaymentRequest request, long askedAtMillis) {}

    /** Takes operations that nobody is at, the oldest first, for a minute; who dies meanwhile leaves them to others. */
    public static List<Asked> take(Handle handle, int most) {
        return handle.createQuery("UPDATE fallback.payments SET taken_until = clock_timestamp() + interval '1 minute'"
                        + " WHERE (idempotency_key, event_id, section_id) IN"
                        + " (SELECT idempotency_key, event_id, section_id FROM fallback.payments"
                        + " WHERE taken_until < clock_timestamp() ORDER BY asked_at_millis LIMIT :most"
                        + " FOR UPDATE SKIP LOCKED) RETURNING request, asked_at_millis")
                .bind("most", most)
                .map((row, context) ->
                        new Asked(PAYMENTS.fromBytes(row.getBytes("request")), row.getLong("asked_at_millis")))
                .list();
    }

    /** Number of decisions of a run that are to be sent to the log. */
    public static long size(Handle handle, long epoch) {
        return handle.select("SELECT count(*) FROM fallback.decisions WHERE epoch = ? AND NOT from_the_log", epoch)
                .mapTo(Long.class)
                .one();
    }

    /** Number of payment operations that are under way. */
    public static long payments(Handle handle) {
        return handle.select("SELECT count(*) FROM fallback.payments")
                .mapTo(Long.class)
                .one();
    }

    /** Decisions of a run that are to be sent to the log, in order. To be closed; read within a transaction. */
    public static Stream<Entry> toSend(Handle handle, long epoch) {
        return handle
                .createQuery("SELECT number, event_id, section_id, command FROM fallback.decisions"
                        + " WHERE epoch = :epoch AND NOT from_the_log ORDER BY number")
                .bind("epoch", epoch)
                .setFetchSize(1_000)
                .map((row, context) -> new Entry(
                        row.getLong("number"),
                        new SectionKey(row.getString("event_id"), row.getString("section_id")),
                        COMMANDS.fromBytes(row.getBytes("command"))))
                .stream();
    }

    /** Why nothing of a partition is sold in a run, if so. */
    static Optional<String> withheld(Handle handle, long epoch, int partition) {
        return handle.select(
                        "SELECT withheld FROM fallback.partitions WHERE epoch = ? AND partition = ? AND withheld IS NOT NULL",
                        epoch,
                        partition)
                .mapTo(String.class)
                .findOne();
    }
}
