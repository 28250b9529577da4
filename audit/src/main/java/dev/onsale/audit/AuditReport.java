package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found. Money is in minor units. Counts are of the time range that was asked for.
 *
 * @param proven whether all that was to be audited was, and every invariant holds; false of a mere estimate
 * @param commands commands that were decided again, unreadable ones included
 * @param events events that were held against them
 * @param orders orders that were answered, rejected ones included
 * @param seatsSold tickets sold and not given back
 * @param captured money captured, over all currencies
 * @param refunded money refunded, over all currencies
 * @param bytesRead bytes read from the brokers
 * @param violations the first {@value #MAX_VIOLATIONS} violations, and all of orders whose story is told
 * @param violationsFound number of all violations
 * @param undecided commands that the decider had not decided yet, at most; they were not audited
 * @param currencies captured and refunded by currency
 * @param estimate what was expected to be read
 * @param incomplete why not everything was read; empty: it was
 */
public record AuditReport(
        boolean proven,
        long commands,
        long events,
        long orders,
        long seatsSold,
        long captured,
        long refunded,
        long bytesRead,
        long undecided,
        long violationsFound,
        Map<String, Money> currencies,
        Estimate estimate,
        Optional<String> incomplete,
        List<Violation> violations) {

    /** Most violations that are listed, but for those of a {@link Story}. */
    public static final int MAX_VIOLATIONS = 1000;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a record stands. */
    public record Receipt(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return topic + "/" + partition + "/" + offset;
        }
    }

    /**
     * An invariant that is broken.
     *
     * @param invariant its number
     * @param orderId the order concerned, or empty
     * @param seat the seat concerned, or empty
     * @param receipts the records that show it
     * @param explanation for people
     */
    public record Violation(int invariant, String orderId, String seat, List<Receipt> receipts, String explanation) {}

    /** Sums of one currency. */
    public record Money(long captured, long refunded) {}

    /**
     * What reading everything costs.
     *
     * @param bytes size on the brokers' disks
     * @param records number of offsets, at most that many records
     * @param errorPercent after reading, by how much the estimate was too high, or too low if negative
     */
    public record Estimate(long bytes, long records, Optional<Long> errorPercent) {}

    /** 0: proven, or an estimate as asked for; 1: an invariant is broken; 2: not everything was read. */
    public int exitCode() {
        if (!violations.isEmpty()) {
            return 1;
        }
        return proven || incomplete.isEmpty() ? 0 : 2;
    }

    /** One line of JSON; members without a value are left out. */
    public String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("proven", proven)
                .put("commands", commands)
                .put("events", events)
                .put("orders", orders)
                .put("seatsSold", seatsSold)
                .put("captured", captured)
                .put("refunded", refunded)
                .put("bytesRead", bytesRead)
                .put("undecided", undecided)
                .put("violationsFound", violationsFound);
        ObjectNode byCurrency = json.putObject("currencies");
        currencies.forEach((currency, money) ->
                byCurrency.putObject(currency).put("captured", money.captured()).put("refunded", money.refunded()));
        ObjectNode estimated = json.putObject("estimate");
        estimated.put("bytes", estimate.bytes()).put("records", estimate.records());
        estimate.errorPercent().ifPresent(error -> estimated.put("errorPercent", error));
        incomplete.ifPresent(why -> json.put("incomplete", why));
        ArrayNode array = json.putArray("violations");
        violations.forEach(violation -> write(violation, array.addObject()));
        return json.toString();
    }

    static void write(Violation violation, ObjectNode json) {
        json.put("invariant", violation.invariant());
        if (!violation.orderId().isEmpty()) {
            json.put("orderId", violation.orderId());
        }
        if (!violation.seat().isEmpty()) {
            json.put("seat", violation.seat());
        }
        ArrayNode receipts = json.putArray("receipts");
        violation
                .receipts()
                .forEach(receipt -> receipts.addObject()
                        .put("topic", receipt.topic())
                        .put("partition", receipt.partition())
                        .put("offset", receipt.offset()));
        json.put("explanation", violation.explanation());
    }

    /** The invariants by number, in the words of the design. */
    static String invariant(int number) {
        return switch (number) {
            case 1 -> "A seat has at most one owner";
            case 2 -> "Every command has exactly one outcome";
            case 3 -> "Captured - refunded = price of the tickets";
            case 4 -> "Free + held + sold = capacity";
            case 5 -> "No hold outlives its deadline";
            case 6 -> "Tickets of a buyer stay within the limit";
            case 7 -> "Deciding again yields the same log";
            default -> throw new IllegalArgumentException("no invariant " + number);
        };
    }
}
