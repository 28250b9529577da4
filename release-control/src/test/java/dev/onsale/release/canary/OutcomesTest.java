package dev.onsale.release.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SeatsHeld;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    private static final long PATIENCE = 1000;

    private final List<Observation> observed = new ArrayList<>();
    private final Outcomes decisions = new DecisionOutcomes("allocator", PATIENCE, observed::add);
    private final Outcomes payments = new PaymentOutcomes("payments", PATIENCE, observed::add);

    private static Command purchase(String buyer, Map<String, String> variants) {
        var payload = new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa");
        return new Command(header(buyer, variants), payload);
    }

    private static CommandHeader header(String buyer, Map<String, String> variants) {
        return CommandHeader.newBuilder()
                .setEventId("rock-night")
                .setSectionId("A")
                .setBuyer(buyer)
                .setOrderId("order-of-" + buyer)
                .setVariants(variants)
                .build();
    }

    private static Command reported(String buyer, PaymentOperation operation, PaymentOutcome outcome) {
        return reported(buyer, operation, outcome, "pi_1");
    }

    private static Command reported(
            String buyer, PaymentOperation operation, PaymentOutcome outcome, String gatewayReference) {
        return new Command(
                header(buyer, Map.of()),
                PaymentReported.newBuilder()
                        .setOperation(operation)
                        .setAttempt(1)
                        .setOutcome(outcome)
                        .setGatewayReference(gatewayReference)
                        .build());
    }

    private static Event event(String buyer, int partition, long offset, Object payload) {
        var header = EventHeader.newBuilder()
                .setEventId("rock-night")
                .setSectionId("A")
                .setOrderId("order-of-" + buyer)
                .setBuyer(buyer)
                .setReceipt(new Receipt(partition, offset))
                .setDecidedAt(Instant.EPOCH)
                .setVariant("stable")
                .setSectionVersion(1L)
                .setFree(0)
                .setHeld(0)
                .setSold(0)
                .build();
        return new Event(header, payload);
    }

    private static SeatsHeld held() {
        return new SeatsHeld(List.of("A-1"), 1, 4500L, Instant.EPOCH, 0L);
    }

    private static PaymentRequested requested(PaymentOperation operation) {
        return new PaymentRequested(operation, 1, 4500L, "pm_card_visa", "");
    }

    private static Observation answered(String buyer, boolean canary, long millis) {
        return new Observation(buyer, canary, false, millis, millis);
    }

    private static Observation failed(String buyer, boolean canary) {
        return new Observation(buyer, canary, true, 0, 0);
    }

    @Test
    void purchase_isAnswered_whenItHoldsSeatsOrIsRefused() {
        decisions.command(0, 7, 100, purchase("ada", Map.of("allocator", "candidate")));
        decisions.command(1, 7, 100, purchase("ben", Map.of("allocator", "stable")));
        decisions.event(140, event("ada", 0, 7, held()));
        decisions.event(150, event("ben", 1, 7, new PurchaseRejected(Reason.SOLD_OUT, List.of(), 0L)));

        assertEquals(List.of(answered("ada", true, 40), answered("ben", false, 50)), observed);
    }

    @Test
    void purchase_isStillOpen_whenItsCommandFirstEndedSomebodyElsesHold() {
        decisions.command(0, 7, 100, purchase("ada", Map.of()));
        decisions.event(140, event("ben", 0, 7, new HoldExpired(List.of("A-1"), 1)));
        assertEquals(List.of(), observed);

        decisions.event(140, event("ada", 0, 7, held()));
        assertEquals(List.of(answered("ada", false, 40)), observed);
    }

    @Test
    void repeatedPurchase_isNoFailure_sinceItLedToNoEvent() {
        decisions.command(0, 7, 100, purchase("ada", Map.of()));
        decisions.command(0, 8, 101, purchase("ada", Map.of()));
        decisions.command(0, 9, 102, purchase("ben", Map.of()));
        decisions.event(110, event("ada", 0, 7, held()));
        decisions.event(112, event("ben", 0, 9, held()));

        assertEquals(List.of(), decisions.unanswered(1_000_000));
        assertEquals(List.of(answered("ada", false, 10), answered("ben", false, 10)), observed);
    }

    @Test
    void purchase_hasFailed_whileNobodyAnswersInTime_andIsObservedWhenItIs() {
        decisions.command(0, 7, 100, purchase("ada", Map.of("allocator", "candidate")));
        assertEquals(List.of(), decisions.unanswered(100 + PATIENCE));
        assertEquals(List.of(failed("ada", true)), decisions.unanswered(101 + PATIENCE));
        assertEquals(List.of(), observed);

        decisions.event(2100, event("ada", 0, 7, held()));
        assertEquals(List.of(), decisions.unanswered(1_000_000));
        assertEquals(List.of(answered("ada", true, 2000)), observed);
    }

    @Test
    void commandOfAnotherPath_isOfTheControl() {
        decisions.command(0, 7, 100, purchase("ada", Map.of("payments", "candidate")));
        decisions.event(140, event("ada", 0, 7, held()));

        assertEquals(List.of(answered("ada", false, 40)), observed);
    }

    @Test
    void eventOfEarlierCommand_isPassedOver() {
        decisions.event(140, event("ada", 0, 7, held()));

        assertEquals(List.of(), observed);
    }

    @Test
    void payment_takesFromTheRequestToTheReport() {
        payments.command(0, 7, 100, purchase("ada", Map.of("payments", "candidate")));
        payments.event(140, event("ada", 0, 7, held()));
        payments.event(140, event("ada", 0, 7, requested(PaymentOperation.AUTHORISE)));
        payments.command(
                0, 8, 400, reported("ada", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED, "candidate:pi_1"));

        assertEquals(List.of(answered("ada", true, 260)), observed);
    }

    @Test
    void payment_isPutTogether_whenItsReportIsReadBeforeItsRequest() {
        payments.command(0, 7, 100, purchase("ada", Map.of()));
        payments.command(0, 8, 400, reported("ada", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED));
        payments.event(140, event("ada", 0, 7, requested(PaymentOperation.AUTHORISE)));

        assertEquals(List.of(answered("ada", false, 260)), observed);
    }

    @Test
    void payment_hasFailed_whenItWasDeclinedOrNeverReported() {
        payments.command(0, 7, 100, purchase("ada", Map.of("payments", "candidate")));
        payments.command(0, 8, 100, purchase("ben", Map.of()));
        payments.event(140, event("ada", 0, 7, requested(PaymentOperation.AUTHORISE)));
        payments.event(140, event("ben", 0, 8, requested(PaymentOperation.AUTHORISE)));
        payments.command(0, 9, 400, reported("ada", PaymentOperation.AUTHORISE, PaymentOutcome.DECLINED));

        assertEquals(List.of(failed("ada", true)), observed);
        assertEquals(List.of(failed("ben", false)), payments.unanswered(141 + PATIENCE));
    }

    @Test
    void payment_hasFailed_whenTheCandidateWasAskedForAndTheStableGatewayTookIt() {
        payments.command(0, 7, 100, purchase("ada", Map.of("payments", "candidate")));
        payments.event(140, event("ada", 0, 7, requested(PaymentOperation.AUTHORISE)));
        payments.command(0, 8, 400, reported("ada", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED));

        assertEquals(List.of(failed("ada", true)), observed);
    }

    @Test
    void reportOfRequestBeforeTheCanary_isForgotten() {
        payments.command(0, 8, 400, reported("ada", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED));
        assertEquals(List.of(), payments.unanswered(401 + PATIENCE));

        payments.command(0, 9, 2000, purchase("ada", Map.of()));
        payments.event(2100, event("ada", 0, 9, requested(PaymentOperation.AUTHORISE)));
        assertEquals(List.of(), observed);
    }

    @Test
    void captureAndRefusedPurchase_areNoAuthorisations() {
        payments.command(0, 7, 100, purchase("ada", Map.of()));
        payments.command(0, 8, 100, purchase("ben", Map.of()));
        payments.event(140, event("ada", 0, 7, requested(PaymentOperation.CAPTURE)));
        payments.event(140, event("ben", 0, 8, new PurchaseRejected(Reason.SOLD_OUT, List.of(), 0L)));
        payments.command(0, 9, 400, reported("ada", PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED));

        assertEquals(List.of(), payments.unanswered(1_000_000));
        assertEquals(List.of(), observed);
    }
}
