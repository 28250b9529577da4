package dev.onsale.domain;

import static dev.onsale.domain.PaymentOperation.*;
import static dev.onsale.domain.Reason.*;
import static dev.onsale.domain.Specification.spec;
import static dev.onsale.domain.Story.*;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The saga of an order's money. Ada holds one seat, A-1, for 45.00. */
class PaymentTest {

    private static Specification held(String name) {
        return spec(name).given(opens(SEATS), buysSeats("ada1", "A-1"));
    }

    private static Specification capturing(String name) {
        return held(name).given(authorised("ada1", 1));
    }

    private static Specification sold(String name) {
        return capturing(name).given(captured("ada1", 1, PRICE));
    }

    private static Specification declinedOnce(String name) {
        return held(name).given(declined("ada1", 1, AUTHORISE));
    }

    private static Specification expired(String name) {
        return held(name).given(HOLD, expires("ada1"));
    }

    private static Specification refunding(String name) {
        return sold(name).given(organizerCancels("ada1"));
    }

    private static Specification voiding(String name) {
        return held(name).given(cancels("ada1"), authorised("ada1", 1));
    }

    private static Specification captureRefused(String name) {
        return capturing(name).given(declined("ada1", 1, CAPTURE));
    }

    static Stream<Specification> straight() {
        return Stream.of(
                held("an authorisation sells the seats and asks for the capture")
                        .when(authorised("ada1", 1))
                        .then(Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                capturing("a capture settles")
                        .when(captured("ada1", 1, PRICE))
                        .then(settled(CAPTURE, "ada1", 1, PRICE)),
                held("a payment goes on while sales are paused")
                        .given(pauses())
                        .when(authorised("ada1", 1))
                        .then(Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                held("a payment goes on when sales are closed")
                        .given(closes())
                        .when(authorised("ada1", 1))
                        .then(Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)));
    }

    static Stream<Specification> declines() {
        return Stream.of(
                held("a decline leaves the hold")
                        .when(declined("ada1", 1, AUTHORISE))
                        .then(refused(AUTHORISE, "ada1", 1)),
                held("a conflict is like a decline").when(conflict("ada1", 1)).then(refused(AUTHORISE, "ada1", 1)),
                declinedOnce("a retry is a new attempt")
                        .when(retries("ada1", 1))
                        .then(asksAuthorise("ada1", 2, PRICE)),
                declinedOnce("a retry of the latest decline, whichever it is")
                        .when(retries("ada1", 0))
                        .then(new Event.PaymentRequested("ada1", AUTHORISE, 2, PRICE, "card-1-of-ada1", "")),
                held("a retry after a conflict")
                        .given(conflict("ada1", 1))
                        .when(retries("ada1", 1))
                        .then(asksAuthorise("ada1", 2, PRICE)),
                declinedOnce("a retry that comes twice")
                        .given(retries("ada1", 1))
                        .when(retries("ada1", 1))
                        .thenNothing(),
                declinedOnce("a retry that comes again after it was declined")
                        .given(retries("ada1", 1), declined("ada1", 2, AUTHORISE))
                        .when(retries("ada1", 1))
                        .thenNothing(),
                declinedOnce("a third attempt")
                        .given(retries("ada1", 1), declined("ada1", 2, AUTHORISE))
                        .when(retries("ada1", 2))
                        .then(asksAuthorise("ada1", 3, PRICE)),
                declinedOnce("the second attempt succeeds")
                        .given(retries("ada1", 1))
                        .when(authorised("ada1", 2))
                        .then(Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 2, PRICE)),
                declinedOnce("a retry in the last millisecond of the hold")
                        .when(HOLD - 1, retries("ada1", 1))
                        .then(asksAuthorise("ada1", 2, PRICE)),
                declinedOnce("a retry when the hold has ended")
                        .when(HOLD, retries("ada1", 1))
                        .then(Story.expired("ada1", "A-1"), new Event.CommandRejected("ada1", ORDER_ENDED)),
                expired("a decline after the hold has ended")
                        .when(declined("ada1", 1, AUTHORISE))
                        .then(refused(AUTHORISE, "ada1", 1)));
    }

    /** The hold ends at HOLD: a report of that very millisecond comes after its end. */
    static Stream<Specification> late() {
        return Stream.of(
                held("a millisecond before the deadline it is in time")
                        .when(HOLD - 1, authorised("ada1", 1))
                        .then(Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                held("at the deadline it is late, and honoured")
                        .when(HOLD, authorised("ada1", 1))
                        .then(
                                Story.expired("ada1", "A-1"),
                                retaken("ada1", "A-1"),
                                Story.sold("ada1", "A-1"),
                                asks(CAPTURE, "ada1", 1, PRICE)),
                held("a millisecond after the deadline it is late, and honoured")
                        .when(HOLD + 1, authorised("ada1", 1))
                        .then(
                                Story.expired("ada1", "A-1"),
                                retaken("ada1", "A-1"),
                                Story.sold("ada1", "A-1"),
                                asks(CAPTURE, "ada1", 1, PRICE)),
                expired("it is honoured after the expiry was decided, too")
                        .when(authorised("ada1", 1))
                        .then(retaken("ada1", "A-1"), Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                expired("it is honoured when sales have closed")
                        .given(closes())
                        .when(authorised("ada1", 1))
                        .then(retaken("ada1", "A-1"), Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                expired("it is voided when somebody else holds the seat")
                        .given(buysSeats("ben1", "A-1"))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, PRICE)),
                expired("it is voided when somebody else owns the seat")
                        .given(buysSeats("ben1", "A-1"), authorised("ben1", 1))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, PRICE)),
                expired("it is honoured when the other's hold has ended as well")
                        .given(buysSeats("ben1", "A-1"), cancels("ben1"))
                        .when(authorised("ada1", 1))
                        .then(retaken("ada1", "A-1"), Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                spec("it is honoured when that brings the buyer to the limit")
                        .given(opens(limited(SEATS, 2)), buysSeats("ada1", "A-1"))
                        .given(HOLD, buysSeats("ada2", "B-1"))
                        .when(authorised("ada1", 1))
                        .then(retaken("ada1", "A-1"), Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                spec("it is honoured with the last seats")
                        .given(opens(definition(1, 2, 0)), buysSeats("ada1", "A-1"))
                        .given(HOLD, buysSeats("ben1", "A-2"))
                        .when(authorised("ada1", 1))
                        .then(retaken("ada1", "A-1"), Story.sold("ada1", "A-1"), asks(CAPTURE, "ada1", 1, PRICE)),
                spec("all or nothing: it is voided when one of its seats is taken")
                        .given(opens(SEATS), buysSeats("ada1", "A-1", "A-2"))
                        .given(HOLD, buysSeats("ben1", "A-2"))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, 2 * PRICE)),
                spec("it is voided when general admission is used up")
                        .given(opens(definition(0, 0, 2)), buys("ada1", 2))
                        .given(HOLD, buys("ben1", 1))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, 2 * PRICE)),
                spec("it is voided when the buyer has reached the limit meanwhile")
                        .given(opens(limited(SEATS, 1)), buysSeats("ada1", "A-1"))
                        .given(HOLD, buysSeats("ada2", "B-1"))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, PRICE)),
                expired("a void settles")
                        .given(buysSeats("ben1", "A-1"), authorised("ada1", 1))
                        .when(voided("ada1", 1))
                        .then(settled(VOID, "ada1", 1, 0)),
                spec("the second of two late ones for a seat is voided")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .given(HOLD, buysSeats("ben1", "A-1"))
                        .given(2 * HOLD, authorised("ben1", 1))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, PRICE)));
    }

    static Stream<Specification> undone() {
        return Stream.of(
                held("a cancellation while authorising: what succeeds is voided")
                        .given(cancels("ada1"))
                        .when(authorised("ada1", 1))
                        .then(asks(VOID, "ada1", 1, PRICE)),
                held("a cancellation while authorising: a decline is the end")
                        .given(cancels("ada1"))
                        .when(declined("ada1", 1, AUTHORISE))
                        .then(refused(AUTHORISE, "ada1", 1)),
                voiding("a void settles").when(voided("ada1", 1)).then(settled(VOID, "ada1", 1, 0)),
                voiding("a void is refused and needs a person")
                        .when(declined("ada1", 1, VOID))
                        .then(refused(VOID, "ada1", 1)),
                sold("the organizer refunds a sale")
                        .when(organizerCancels("ada1"))
                        .then(Story.undone("ada1", "cancelled by us", "A-1"), asks(REFUND, "ada1", 1, PRICE)),
                refunding("a refund settles").when(refunded("ada1", 1, PRICE)).then(settled(REFUND, "ada1", 1, PRICE)),
                refunding("a refund is refused and needs a person")
                        .when(declined("ada1", 1, REFUND))
                        .then(refused(REFUND, "ada1", 1)),
                capturing("a refund while capturing gives the seats back at once")
                        .when(organizerCancels("ada1"))
                        .then(Story.undone("ada1", "cancelled by us", "A-1")),
                capturing("a refund while capturing: the money goes back once it has come")
                        .given(organizerCancels("ada1"))
                        .when(captured("ada1", 1, PRICE))
                        .then(settled(CAPTURE, "ada1", 1, PRICE), asks(REFUND, "ada1", 1, PRICE)),
                capturing("a refund while capturing: a refused capture is voided")
                        .given(organizerCancels("ada1"))
                        .when(declined("ada1", 1, CAPTURE))
                        .then(refused(CAPTURE, "ada1", 1), asks(VOID, "ada1", 1, PRICE)),
                capturing("a refused capture undoes the sale and voids the authorisation")
                        .when(declined("ada1", 1, CAPTURE))
                        .then(
                                refused(CAPTURE, "ada1", 1),
                                Story.undone("ada1", "capture_failed", "A-1"),
                                asks(VOID, "ada1", 1, PRICE)),
                captureRefused("the void after a refused capture settles")
                        .when(voided("ada1", 1))
                        .then(settled(VOID, "ada1", 1, 0)),
                captureRefused("the seats of a refused capture are free")
                        .when(buysSeats("ben1", "A-1"))
                        .then(Story.held(buysSeats("ben1", "A-1"), HOLD, "A-1"), asksAuthorise("ben1", 1, PRICE)));
    }

    /** What workers report twice changes nothing: they report at least once. */
    static Stream<Specification> duplicates() {
        return Stream.of(
                declinedOnce("a decline").when(declined("ada1", 1, AUTHORISE)).thenNothing(),
                declinedOnce("a conflict after a decline")
                        .when(conflict("ada1", 1))
                        .thenNothing(),
                declinedOnce("the decline of an earlier attempt")
                        .given(retries("ada1", 1))
                        .when(declined("ada1", 1, AUTHORISE))
                        .thenNothing(),
                capturing("an authorisation").when(authorised("ada1", 1)).thenNothing(),
                sold("an authorisation, after the capture")
                        .when(authorised("ada1", 1))
                        .thenNothing(),
                sold("a capture").when(captured("ada1", 1, PRICE)).thenNothing(),
                refunding("a capture, while refunding")
                        .when(captured("ada1", 1, PRICE))
                        .thenNothing(),
                refunding("a refund")
                        .given(refunded("ada1", 1, PRICE))
                        .when(refunded("ada1", 1, PRICE))
                        .thenNothing(),
                refunding("a refused refund")
                        .given(declined("ada1", 1, REFUND))
                        .when(declined("ada1", 1, REFUND))
                        .thenNothing(),
                voiding("an authorisation that is being voided")
                        .when(authorised("ada1", 1))
                        .thenNothing(),
                voiding("a void")
                        .given(voided("ada1", 1))
                        .when(voided("ada1", 1))
                        .thenNothing(),
                voiding("a refused void")
                        .given(declined("ada1", 1, VOID))
                        .when(declined("ada1", 1, VOID))
                        .thenNothing(),
                captureRefused("a refused capture")
                        .when(declined("ada1", 1, CAPTURE))
                        .thenNothing(),
                captureRefused("a refused capture, after a refused void")
                        .given(declined("ada1", 1, VOID))
                        .when(declined("ada1", 1, CAPTURE))
                        .thenNothing());
    }

    /** What contradicts the log is refused, and seen. */
    static Stream<Specification> contradictions() {
        return Stream.of(
                        held("an attempt to come").when(authorised("ada1", 2)),
                        held("the decline of an attempt to come").when(declined("ada1", 2, AUTHORISE)),
                        held("attempt 0").when(declined("ada1", 0, AUTHORISE)),
                        held("a negative attempt").when(declined("ada1", -1, AUTHORISE)),
                        declinedOnce("a success after the decline").when(authorised("ada1", 1)),
                        declinedOnce("a success of an earlier attempt")
                                .given(retries("ada1", 1))
                                .when(authorised("ada1", 1)),
                        declinedOnce("a capture of an earlier attempt")
                                .given(retries("ada1", 1))
                                .when(declined("ada1", 1, CAPTURE)),
                        capturing("a decline after the authorisation").when(declined("ada1", 1, AUTHORISE)),
                        held("a capture that nobody asked for").when(captured("ada1", 1, PRICE)),
                        held("a void that nobody asked for").when(voided("ada1", 1)),
                        held("a refund that nobody asked for").when(refunded("ada1", 1, PRICE)),
                        capturing("a void while capturing").when(voided("ada1", 1)),
                        sold("a refund of a sale that stands").when(refunded("ada1", 1, PRICE)),
                        sold("a refused capture after it settled").when(declined("ada1", 1, CAPTURE)),
                        voiding("a capture of what is being voided").when(captured("ada1", 1, PRICE)),
                        voiding("a refused capture of what was never to be captured")
                                .when(declined("ada1", 1, CAPTURE)),
                        voiding("a refused void after it settled")
                                .given(voided("ada1", 1))
                                .when(declined("ada1", 1, VOID)),
                        voiding("a void after it was refused")
                                .given(declined("ada1", 1, VOID))
                                .when(voided("ada1", 1)),
                        voiding("a refund of what is being voided").when(refunded("ada1", 1, PRICE)),
                        voiding("a capture of what could not be voided")
                                .given(declined("ada1", 1, VOID))
                                .when(captured("ada1", 1, PRICE)),
                        captureRefused("a capture after it was refused").when(captured("ada1", 1, PRICE)),
                        refunding("a void while refunding").when(voided("ada1", 1)),
                        refunding("a refused refund after it settled")
                                .given(refunded("ada1", 1, PRICE))
                                .when(declined("ada1", 1, REFUND)),
                        refunding("a refund after it was refused")
                                .given(declined("ada1", 1, REFUND))
                                .when(refunded("ada1", 1, PRICE)),
                        spec("the authorisation of a free ticket")
                                .given(opens(priced(SEATS, 0)), buys("ada1", 1))
                                .when(authorised("ada1", 0)))
                .map(row -> row.thenRefused(UNEXPECTED_REPORT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"straight", "declines", "late", "undone"})
    void payment_leadsTo(Specification specification) {
        specification.verify();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("duplicates")
    void report_leadsToNothing_whenItIsARepeat(Specification specification) {
        specification.verify();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void report_isRefused_whenItContradictsTheLog(Specification specification) {
        specification.verify();
    }
}
