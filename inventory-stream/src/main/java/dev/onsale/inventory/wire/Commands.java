package dev.onsale.inventory.wire;

import dev.onsale.domain.Command;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.Requests;
import dev.onsale.wire.Adopted;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.LeaveFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Commands from the wire to the domain. */
final class Commands {

    /** The code path whose variant the decider follows. */
    private static final String ALLOCATOR = "allocator";

    private Commands() {}

    /** Which variant decides: what the edge stamped, or the stable one when this build has no other by that name. */
    static String variant(dev.onsale.wire.Command wire) {
        String stamped = wire.getHeader().getVariants().getOrDefault(ALLOCATOR, Stamp.STABLE);
        return stamped.equals(Stamp.CANDIDATE) ? Stamp.CANDIDATE : Stamp.STABLE;
    }

    /** @param wire a command that {@link Intake} has let pass */
    static Command toDomain(dev.onsale.wire.Command wire) {
        Command command = payload(wire);
        Adopted adopted = wire.getHeader().getAdopted();
        return adopted == null
                ? command
                : new Command.Adopt(
                        command,
                        adopted.getEpoch(),
                        adopted.getBase(),
                        adopted.getVersion(),
                        adopted.getEvents().stream()
                                .map(event -> RecordedEvent.of(event).recorded().event())
                                .toList());
    }

    private static Command payload(dev.onsale.wire.Command wire) {
        CommandHeader header = wire.getHeader();
        String orderId = header.getOrderId();
        return switch (wire.getPayload()) {
            case OpenSection open -> new Command.OpenSection(definition(open.getDefinition()));
            case Purchase purchase ->
                new Command.Purchase(
                        orderId,
                        header.getBuyer(),
                        Requests.hash(header, purchase),
                        purchase.getQuantity(),
                        purchase.getSeats(),
                        Enums.preference(purchase.getPreference()),
                        total(purchase.getExpectedTotal()),
                        purchase.getPaymentToken());
            case PaymentReported report ->
                new Command.PaymentReported(
                        orderId,
                        report.getAttempt(),
                        Enums.operation(report.getOperation()),
                        Enums.outcome(report.getOutcome()),
                        report.getReason(),
                        report.getGatewayReference(),
                        report.getAmount());
            case RetryPayment retry ->
                new Command.RetryPayment(
                        orderId, header.getBuyer(), retry.getPaymentToken(), retry.getDeclinedAttempt());
            case CancelOrder cancel ->
                new Command.CancelOrder(orderId, header.getBuyer(), Enums.by(cancel.getBy()), cancel.getNote());
            case ExpireHolds expire ->
                new Command.ExpireHolds(expire.getHolds().stream()
                        .map(hold -> new Command.HoldReference(hold.getOrderId(), hold.getVersion()))
                        .toList());
            case SetPayments payments ->
                new Command.SetPayments(Enums.payments(payments.getState()), payments.getNote());
            case SetSales sales -> new Command.SetSales(Enums.sales(sales.getState()), sales.getNote());
            case EnterFallback enter -> new Command.EnterFallback(enter.getEpoch());
            case LeaveFallback leave -> new Command.LeaveFallback(leave.getEpoch(), leave.getVersion());
            case Object other -> throw new IllegalStateException("payload " + other.getClass() + " is unknown");
        };
    }

    static SectionDefinition definition(dev.onsale.wire.SectionDefinition wire) {
        return new SectionDefinition(
                wire.getEventName(),
                wire.getCurrency(),
                wire.getRows(),
                wire.getSeatsPerRow(),
                wire.getCapacity(),
                wire.getPrice(),
                wire.getHoldSeconds(),
                wire.getMaxPerBuyer(),
                millis(wire.getSalesOpen()),
                millis(wire.getSalesClose()));
    }

    static OptionalLong millis(@Nullable Instant instant) {
        return instant == null ? OptionalLong.empty() : OptionalLong.of(instant.toEpochMilli());
    }

    private static OptionalLong total(@Nullable Long total) {
        return total == null ? OptionalLong.empty() : OptionalLong.of(total);
    }
}
