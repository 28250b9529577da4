package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RepairTest {

    private static final int PARTITIONS = 4;
    private static final String COMMANDS = Topics.COMMANDS.name();
    private static final String PAYMENTS = Topics.PAYMENTS.name();
    private static final Instant ASKED = Instant.parse("2026-12-01T10:00:00Z");
    /** The only place where a command stands. */
    private static final Receipt RECEIPT = new Receipt(1, 5L);

    private static Repair repair(SchemaIds ids, Duration sinceAsked) {
        return new Repair(
                ids,
                PARTITIONS,
                receipt -> receipt.equals(RECEIPT) ? Optional.of(ASKED) : Optional.empty(),
                Clock.fixed(ASKED.plus(sinceAsked), ZoneOffset.UTC));
    }

    private static Repair.Resent resent(Letter letter, Duration sinceAsked) {
        return repair(PinnedSchemas.released(), sinceAsked).of(letter);
    }

    private static void assertRefused(Letter letter, Duration sinceAsked, String saying) {
        OperatorError error = assertThrows(OperatorError.class, () -> resent(letter, sinceAsked));
        assertTrue(String.valueOf(error.getMessage()).contains(saying), error.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"WRONG_KEY", "WRONG_PARTITION", "UNREADABLE", "UNKNOWN_SYMBOL"})
    void command_isSentAsItIs_whereItBelongs_whateverTheLetterSays(Problem problem) {
        byte[] value = Samples.purchase("ada", "r1");

        Repair.Resent resent = resent(Samples.letter(COMMANDS, problem, value), Duration.ZERO);

        assertEquals(COMMANDS, resent.message().topic());
        assertEquals(Samples.SECTION.partition(PARTITIONS), resent.message().partition());
        assertArrayEquals("rock-night/A".getBytes(UTF_8), resent.message().key());
        assertArrayEquals(value, resent.message().value());
    }

    static Stream<Arguments> undecidable() {
        var purchase = new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "t");
        var forged = Samples.header().setBuyer("ada").setRequestId("r1").setOrderId("0".repeat(32));
        var newer = new CancelOrder(CancelledBy.UNKNOWN, "");
        return Stream.of(
                arguments("nothing", null, "let its sender send it anew under the same request id"),
                arguments("text", "hello".getBytes(UTF_8), "Send Avro in the Confluent wire format"),
                arguments("schema", new byte[] {0, 0, 0, 0, 99, 1}, "Register the schema"),
                arguments(
                        "symbol", Samples.command(Samples.header().setOrderId("o"), newer), "Upgrade inventory-stream"),
                arguments("no buyer", Samples.command(Samples.header().setRequestId("r"), purchase), "INVALID_HEADER"),
                arguments("forged order", Samples.command(forged, purchase), "Leave header.orderId empty"),
                arguments(
                        "sales", Samples.command(Samples.header(), new SetSales(SalesState.OPEN, "")), "onsale flags"),
                arguments(
                        "payments",
                        Samples.command(Samples.header(), new SetPayments(PaymentsState.RUNNING, "")),
                        "onsale flags"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undecidable")
    void command_isRefused_whenSendingItAgainIsOfNoUse(String name, byte @Nullable [] value, String saying) {
        assertRefused(Samples.letter(COMMANDS, Problem.WRONG_PARTITION, value), Duration.ZERO, saying);
    }

    @Test
    void command_isSent_onceItsSchemaIsRegistered() {
        byte[] value = Samples.purchase("ada", "r1");
        value[4] = 99;
        Letter letter = Samples.letter(COMMANDS, Problem.UNKNOWN_SCHEMA, value);
        assertRefused(letter, Duration.ZERO, "no schema has id 99");

        SchemaIds registered = new SchemaIds() {
            @Override
            public int idOf(String subject, Schema schema) {
                return 99;
            }

            @Override
            public Schema schemaOf(int id) {
                return id == 99
                        ? Command.getClassSchema()
                        : PinnedSchemas.released().schemaOf(id);
            }
        };
        assertArrayEquals(
                value, repair(registered, Duration.ZERO).of(letter).message().value());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void paymentRequest_isSentAsItIs_andLooksAsOldAsItIs(PaymentOperation operation) {
        byte[] value = Samples.PAYMENTS.toBytes(Samples.payment(operation, RECEIPT));

        Repair.Resent resent = resent(Samples.letter(PAYMENTS, Problem.UNDELIVERABLE, value), Duration.ofHours(19));

        assertEquals(PAYMENTS, resent.message().topic());
        assertEquals(ASKED.toEpochMilli(), resent.message().timestamp());
        assertArrayEquals("o1".getBytes(UTF_8), resent.message().key());
        assertArrayEquals(value, resent.message().value());
        assertEquals("o1:1:key", resent.details().path("payment").asText());
    }

    /** The letter is as young as can be: it was sent again before, and put aside again. */
    @Test
    void authorisation_isRefused_whenTheGatewayMayHaveForgottenIt() {
        byte[] value = Samples.PAYMENTS.toBytes(Samples.payment(PaymentOperation.AUTHORISE, RECEIPT));
        Instant now = ASKED.plus(Duration.ofHours(21));
        Letter young = new Letter(
                "onsale.payments/2/99", now, "UNDELIVERABLE", "taken 9 times", "", "o1".getBytes(UTF_8), value);

        assertRefused(young, Duration.ofHours(21), "could charge twice. Look for the payment with orderId o1");
    }

    @ParameterizedTest
    @EnumSource(names = {"CAPTURE", "VOID", "REFUND"})
    void operationOnAPayment_isSent_howeverOld(PaymentOperation operation) {
        byte[] value = Samples.PAYMENTS.toBytes(Samples.payment(operation, RECEIPT));

        var resent = resent(Samples.letter(PAYMENTS, Problem.UNDELIVERABLE, value), Duration.ofDays(29));

        assertArrayEquals(value, resent.message().value());
    }

    @Test
    void paymentRequest_isRefused_whenNobodyDecidedIt() {
        PaymentRequest forged = Samples.payment(PaymentOperation.CAPTURE, new Receipt(1, 6L));
        Letter letter = Samples.letter(PAYMENTS, Problem.UNDELIVERABLE, Samples.PAYMENTS.toBytes(forged));

        assertRefused(letter, Duration.ZERO, "onsale.commands/1/6, where no command is");
    }

    @Test
    void paymentRequest_isRefused_whenItCannotBeRead() {
        assertRefused(
                Samples.letter(PAYMENTS, Problem.UNDELIVERABLE, new byte[] {0, 0, 0, 0, 99, 1}),
                Duration.ZERO,
                "Register the schema");
        assertRefused(
                Samples.letter(PAYMENTS, Problem.UNDELIVERABLE, Samples.purchase("ada", "r1")),
                Duration.ZERO,
                "not a dev.onsale.wire.PaymentRequest");
        assertRefused(Samples.letter("other", Problem.UNREADABLE, null), Duration.ZERO, "by nothing of onsale's");
    }
}
