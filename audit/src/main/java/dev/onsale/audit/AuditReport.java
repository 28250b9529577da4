package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
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
 * @param run when it was found, by which build, where, and what that cost
 * @param inputs what was read
 * @param sales how they went
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
        Run run,
        Inputs inputs,
        Sales sales,
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
     * @param bytes that brokers are to send
     * @param records number of offsets, at most that many records
     * @param recordsPerSecond how many are read in a second, as was stated
     * @param cost at the price that was given; empty: none was
     * @param errorPercent after reading, by how many percent of the bytes the estimate was too high, or too low if negative
     */
    public record Estimate(
            long bytes, long records, long recordsPerSecond, Optional<BigDecimal> cost, Optional<Long> errorPercent) {

        /** Of topics as they are now. */
        static Estimate of(LogSource source, List<String> topics, Budget budget) {
            long bytes = 0;
            long records = 0;
            for (String topic : topics) {
                for (int partition = 0; partition < source.partitions(topic); partition++) {
                    bytes += source.sizeBytes(topic, partition);
                    records += source.end(topic, partition) - source.start(topic, partition);
                }
            }
            return new Estimate(bytes, records, budget.recordsPerSecond(), budget.cost(bytes), Optional.empty());
        }

        /** The same, compared with the bytes that it took to read everything. */
        Estimate compared(long bytesRead) {
            return bytesRead == 0
                    ? this
                    : new Estimate(
                            bytes,
                            records,
                            recordsPerSecond,
                            cost,
                            Optional.of(Math.round(100.0 * (bytes - bytesRead) / bytesRead)));
        }

        public Duration time() {
            return Duration.ofMillis(Math.round(1000.0 * records / recordsPerSecond));
        }
    }

    /**
     * An audit as something that took place.
     *
     * @param source where was read, for people
     * @param cost of what was read, at the price that was given; empty: none was
     */
    public record Run(Instant startedAt, Duration took, String source, BuildVersion build, Optional<BigDecimal> cost) {}

    /**
     * How sales went.
     *
     * @param tickets sold and not given back, by section
     * @param captured money captured and not refunded, in minor units, by currency
     */
    public record Sales(Timeline tickets, Timeline captured) {}

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
        write(json.putObject("estimate"));
        json.put("startedAt", run.startedAt().toString())
                .put("seconds", seconds(run.took()))
                .put("source", run.source())
                .put("version", run.build().version())
                .put("commit", run.build().commit());
        run.cost().ifPresent(cost -> json.put("cost", cost));
        write(inputs, json.putObject("inputs"));
        incomplete.ifPresent(why -> json.put("incomplete", why));
        ArrayNode array = json.putArray("violations");
        violations.forEach(violation -> write(violation, array.addObject()));
        return json.toString();
    }

    private void write(ObjectNode estimated) {
        estimated
                .put("bytes", estimate.bytes())
                .put("records", estimate.records())
                .put("seconds", seconds(estimate.time()))
                .put("recordsPerSecond", estimate.recordsPerSecond());
        estimate.cost().ifPresent(cost -> estimated.put("cost", cost));
        estimate.errorPercent().ifPresent(error -> estimated.put("errorPercent", error));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static void write(Inputs inputs, ObjectNode json) {
        json.put("sha256", inputs.sha256());
        ArrayNode partitions = json.putArray("partitions");
        inputs.partitions()
                .forEach(each -> partitions
                        .addObject()
                        .put("topic", each.topic())
                        .put("partition", each.partition())
                        .put("start", each.start())
                        .put("end", each.end())
                        .put("records", each.records())
                        .put("sha256", each.sha256()));
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
}
