package dev.onsale.inventory.wire;

import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionDefinition;
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
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Events from the domain to the wire. */
final class Events {

    private Events() {}

    static dev.onsale.wire.Event toWire(SectionKey key, Section section, Recorded recorded, Stamp stamp) {
        String orderId = orderId(recorded.event());
        String buyer = section.order(orderId).map(order -> order.buyer()).orElse("");
        var header = new EventHeader(
                key.eventId(),
                key.sectionId(),
                orderId,
                buyer,
                receipt(stamp),
                Instant.ofEpochMilli(stamp.atMillis()),
                stamp.variant(),
                recorded.version(),
                recorded.free(),
                recorded.held(),
                recorded.sold());
        return new dev.onsale.wire.Event(header, payload(recorded.event()));
    }

    static Receipt receipt(Stamp stamp) {
        return new Receipt(stamp.partition(), stamp.offset());
    }

    private static String orderId(Event event) {
        return switch (event) {
            case Event.OrderEvent of -> of.orderId();
            case Event.CommandRejected rejected -> rejected.orderId();
            case Event.SectionOpened _,
                    Event.SalesStateChanged _,
                    Event.PaymentsStateChanged _,
                    Event.FallbackEntered _,
                    Event.FallbackLeft _ -> "";
        };
    }

    private static Object payload(Event event) {
        return switch (event) {
            case Event.SectionOpened e -> new SectionOpened(definition(e.definition()));
            case Event.SeatsHeld e ->
                new SeatsHeld(
                        e.seats(),
                        e.quantity(),
                        e.total(),
                        Instant.ofEpochMilli(e.holdEndsAtMillis()),
                        e.requestHash());
            case Event.PurchaseRejected e -> new PurchaseRejected(Enums.reason(e.reason()), e.seats(), e.requestHash());
            case Event.PaymentRequested e ->
                new PaymentRequested(
                        Enums.operation(e.operation()),
                        e.attempt(),
                        e.amount(),
                        e.paymentToken(),
                        e.gatewayReference());
            case Event.PaymentDeclined e ->
                new PaymentDeclined(Enums.operation(e.operation()), e.attempt(), e.reason());
            case Event.PaymentSettled e ->
                new PaymentSettled(Enums.operation(e.operation()), e.attempt(), e.amount(), e.gatewayReference());
            case Event.SeatsSold e -> new SeatsSold(e.seats(), e.quantity(), e.total());
            case Event.HoldExpired e -> new HoldExpired(e.seats(), e.quantity());
            case Event.HoldCancelled e -> new HoldCancelled(e.seats(), e.quantity(), Enums.by(e.by()));
            case Event.SeatsRetaken e -> new SeatsRetaken(e.seats(), e.quantity());
            case Event.OrderRefunded e -> new OrderRefunded(e.seats(), e.quantity(), e.reason());
            case Event.SalesStateChanged e -> new SalesStateChanged(Enums.sales(e.state()), e.pausedMillis(), e.note());
            case Event.PaymentsStateChanged e ->
                new PaymentsStateChanged(Enums.payments(e.state()), e.pausedMillis(), e.note());
            case Event.FallbackEntered e -> new FallbackEntered(e.epoch());
            case Event.FallbackLeft e -> new FallbackLeft(e.epoch());
            case Event.CommandRejected e -> new CommandRejected(Enums.reason(e.reason()));
        };
    }

    static dev.onsale.wire.SectionDefinition definition(SectionDefinition domain) {
        return new dev.onsale.wire.SectionDefinition(
                domain.eventName(),
                domain.currency(),
                domain.rows(),
                domain.seatsPerRow(),
                domain.generalAdmission(),
                domain.price(),
                domain.holdSeconds(),
                domain.maxPerBuyer(),
                instant(domain.salesOpenMillis()),
                instant(domain.salesCloseMillis()));
    }

    static @Nullable Instant instant(OptionalLong millis) {
        return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()) : null;
    }
}
