package dev.onsale.inventory.wire;

import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.FallbackEntered;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.PaymentDeclined;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentSettled;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;

/**
 * An event of {@code onsale.events} in the domain's words, for whoever evolves sections from the log without deciding again.
 *
 * @param section the section that it changed
 * @param recorded the event, and what the decider wrote down of the section after it
 * @param stamp the command that led to it
 */
public record RecordedEvent(SectionKey section, Recorded recorded, Stamp stamp) {

    /**
     * Reads an event as {@link LiveSection} writes it.
     *
     * @throws IllegalArgumentException when it cannot be told what happened: a payload or a symbol of a newer schema, or a
     *     section that can have no such name; the message says which
     */
    public static RecordedEvent of(dev.onsale.wire.Event wire) {
        EventHeader header = wire.getHeader();
        Receipt receipt = header.getReceipt();
        return new RecordedEvent(
                new SectionKey(header.getEventId(), header.getSectionId()),
                new Recorded(
                        event(header, wire.getPayload()),
                        header.getSectionVersion(),
                        header.getFree(),
                        header.getHeld(),
                        header.getSold()),
                new Stamp(
                        receipt.getPartition(),
                        receipt.getOffset(),
                        header.getDecidedAt().toEpochMilli(),
                        header.getVariant()));
    }

    private static Event event(EventHeader header, Object payload) {
        String orderId = header.getOrderId();
        return switch (payload) {
            case SectionOpened e -> new Event.SectionOpened(Commands.definition(e.getDefinition()));
            case SeatsHeld e ->
                new Event.SeatsHeld(
                        orderId,
                        header.getBuyer(),
                        e.getSeats(),
                        e.getQuantity(),
                        e.getTotal(),
                        e.getHoldEndsAt().toEpochMilli(),
                        e.getRequestHash());
            case PurchaseRejected e ->
                new Event.PurchaseRejected(
                        orderId, header.getBuyer(), Enums.reason(e.getReason()), e.getSeats(), e.getRequestHash());
            case PaymentRequested e ->
                new Event.PaymentRequested(
                        orderId,
                        Enums.operation(e.getOperation()),
                        e.getAttempt(),
                        e.getAmount(),
                        e.getPaymentToken(),
                        e.getGatewayReference());
            case PaymentDeclined e ->
                new Event.PaymentDeclined(orderId, Enums.operation(e.getOperation()), e.getAttempt(), e.getReason());
            case PaymentSettled e ->
                new Event.PaymentSettled(
                        orderId,
                        Enums.operation(e.getOperation()),
                        e.getAttempt(),
                        e.getAmount(),
                        e.getGatewayReference());
            case SeatsSold e -> new Event.SeatsSold(orderId, e.getSeats(), e.getQuantity(), e.getTotal());
            case HoldExpired e -> new Event.HoldExpired(orderId, e.getSeats(), e.getQuantity());
            case HoldCancelled e ->
                new Event.HoldCancelled(orderId, e.getSeats(), e.getQuantity(), Enums.by(e.getBy()));
            case SeatsRetaken e -> new Event.SeatsRetaken(orderId, e.getSeats(), e.getQuantity());
            case OrderRefunded e -> new Event.OrderRefunded(orderId, e.getSeats(), e.getQuantity(), e.getReason());
            case SalesStateChanged e ->
                new Event.SalesStateChanged(Enums.sales(e.getState()), e.getPausedMillis(), e.getNote());
            case PaymentsStateChanged e ->
                new Event.PaymentsStateChanged(Enums.payments(e.getState()), e.getPausedMillis(), e.getNote());
            case FallbackEntered e -> new Event.FallbackEntered(e.getEpoch());
            case FallbackLeft e -> new Event.FallbackLeft(e.getEpoch());
            case CommandRejected e -> new Event.CommandRejected(orderId, Enums.reason(e.getReason()));
            case Object other ->
                throw new IllegalArgumentException(
                        "an event's payload is a " + other.getClass().getName() + ", which this build does not know");
        };
    }
}
