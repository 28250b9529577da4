package dev.onsale.inventory.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.inventory.Wire;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.Requests;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntakeTest {

    private static final int PARTITIONS = 4;
    private static final int RIGHT = Wire.SECTION.partition(PARTITIONS);
    private static final byte[] KEY = Wire.SECTION.toString().getBytes(UTF_8);

    private final Intake intake = new Intake(Wire.COMMANDS, PARTITIONS);

    @Test
    void purchase_isDecidable_andGetsItsOrderId() {
        byte[] value = Wire.COMMANDS.toBytes(Wire.purchase("ada", "r1", 2));

        var read = assertInstanceOf(Intake.Decidable.class, intake.read(KEY, value, RIGHT));

        assertEquals(Wire.SECTION, read.section());
        assertEquals(Requests.orderId("ada", "r1"), read.command().getHeader().getOrderId());
    }

    static Stream<Arguments> undecidable() {
        byte[] good = Wire.COMMANDS.toBytes(Wire.purchase("ada", "r1", 2));
        byte[] unknownId = good.clone();
        unknownId[4] = 99;
        return Stream.of(
                arguments("no value", KEY, null, RIGHT, Problem.UNREADABLE, "no value"),
                arguments("no bytes", KEY, new byte[0], RIGHT, Problem.UNREADABLE, "0 bytes"),
                arguments("text", KEY, "hello, world".getBytes(UTF_8), RIGHT, Problem.UNREADABLE, "0x68"),
                arguments("cut", KEY, java.util.Arrays.copyOf(good, 20), RIGHT, Problem.UNREADABLE, "Command"),
                arguments("unknown schema", KEY, unknownId, RIGHT, Problem.UNKNOWN_SCHEMA, "99"),
                arguments("no key", null, good, RIGHT, Problem.WRONG_KEY, "none"),
                arguments("other key", "rock-night/B".getBytes(UTF_8), good, RIGHT, Problem.WRONG_KEY, "rock-night/B"),
                arguments("other partition", KEY, good, (RIGHT + 1) % PARTITIONS, Problem.WRONG_PARTITION, "belongs"),
                header("bad event", Wire.header().setEventId("no/slash"), Problem.INVALID_HEADER, "eventId"),
                header("no buyer", Wire.header().setRequestId("r"), Problem.INVALID_HEADER, "buyer"),
                header("no request", Wire.header().setBuyer("ada"), Problem.INVALID_HEADER, "requestId"),
                header(
                        "long request",
                        Wire.header().setBuyer("ada").setRequestId("r".repeat(129)),
                        Problem.INVALID_HEADER,
                        "129"),
                header(
                        "forged order",
                        Wire.header().setBuyer("ada").setRequestId("r1").setOrderId("0".repeat(32)),
                        Problem.WRONG_ORDER_ID,
                        Requests.orderId("ada", "r1")),
                payload("no order", new CancelOrder(CancelledBy.BUYER, ""), Problem.INVALID_HEADER, "orderId"),
                payload("newer symbol", new SetSales(SalesState.UNKNOWN, ""), Problem.UNKNOWN_SYMBOL, "state"),
                payload(
                        "newer state of payments",
                        new SetPayments(PaymentsState.UNKNOWN, ""),
                        Problem.UNKNOWN_SYMBOL,
                        "state"));
    }

    private static Arguments header(String name, CommandHeader.Builder header, Problem problem, String detail) {
        var command = new Command(header.build(), Wire.purchase("x", "y", 1).getPayload());
        return arguments(name, KEY, Wire.COMMANDS.toBytes(command), RIGHT, problem, detail);
    }

    private static Arguments payload(String name, Object payload, Problem problem, String detail) {
        var command = new Command(Wire.header().build(), payload);
        return arguments(name, KEY, Wire.COMMANDS.toBytes(command), RIGHT, problem, detail);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undecidable")
    void whereItBelongs_onlyItsPlaceIsMended(
            String name, byte[] key, byte[] value, int partition, Problem problem, String detail) {
        boolean misplaced = problem == Problem.WRONG_KEY || problem == Problem.WRONG_PARTITION;

        Intake.Read read = intake.readWhereItBelongs(value);

        if (misplaced) {
            assertEquals(
                    Wire.SECTION, assertInstanceOf(Intake.Decidable.class, read).section());
        } else {
            assertEquals(
                    problem, assertInstanceOf(Intake.Undecidable.class, read).problem());
        }
    }

    static Stream<Schema> payloads() {
        return Command.getClassSchema().getField("payload").schema().getTypes().stream();
    }

    /** The payload is a union, so the compiler does not notice a command that the wire mapping has forgotten. */
    @ParameterizedTest
    @MethodSource("payloads")
    void everyCommandOfTheSchema_isKnownToTheMapping(Schema payload) {
        Object empty = SpecificData.get().newRecord(null, payload);
        var command = new Command(Wire.header().build(), empty);
        try {
            Commands.toDomain(command);
        } catch (NullPointerException e) {
            // Its fields are missing, which only a mapping that knows it can notice.
        }
        // An unknown one is an IllegalStateException, and fails here.
        assertEquals(payload.getFullName(), empty.getClass().getName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void undecidable(String name, byte[] key, byte[] value, int partition, Problem problem, String detail) {
        var read = assertInstanceOf(Intake.Undecidable.class, intake.read(key, value, partition));

        assertEquals(problem, read.problem());
        assertTrue(read.detail().contains(detail), read.detail());
    }

    @Test
    void report_isDecidable_whenItNamesItsOrder() {
        var report = Wire.reported("ada", "r1", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED);

        assertInstanceOf(Intake.Decidable.class, intake.read(KEY, Wire.COMMANDS.toBytes(report), RIGHT));
    }
}
