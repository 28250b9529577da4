package dev.onsale.inventory.wire;

import dev.onsale.domain.Order;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.SectionState;
import dev.onsale.domain.SectionState.Fallback;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.StoredFallback;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Orders and sections between the domain, the decider's stores and {@code onsale.orders}. */
public final class States {

    private States() {}

    public static StoredOrder toStored(Order order) {
        Stamp purchase = order.purchase();
        return new StoredOrder(
                order.orderId(),
                order.buyer(),
                order.requestHash(),
                Enums.orderState(order.state()),
                Enums.paymentState(order.payment()),
                order.attempt(),
                order.seats(),
                order.quantity(),
                order.total(),
                order.deadlineMillis(),
                order.reason(),
                order.gatewayReference(),
                purchase.variant(),
                Instant.ofEpochMilli(purchase.atMillis()),
                new Receipt(purchase.partition(), purchase.offset()),
                order.version());
    }

    public static Order toDomain(StoredOrder stored) {
        Receipt receipt = stored.getReceipt();
        return new Order(
                stored.getOrderId(),
                stored.getBuyer(),
                stored.getRequestHash(),
                Enums.orderState(stored.getState()),
                Enums.paymentState(stored.getPayment()),
                stored.getAttempt(),
                stored.getSeats(),
                stored.getQuantity(),
                stored.getTotal(),
                stored.getDeadlineMillis(),
                stored.getReason(),
                stored.getGatewayReference(),
                new Stamp(
                        receipt.getPartition(),
                        receipt.getOffset(),
                        stored.getPurchasedAt().toEpochMilli(),
                        stored.getVariant()),
                stored.getVersion());
    }

    public static StoredSection toStored(SectionState state) {
        return new StoredSection(
                state.definition().map(Events::definition).orElse(null),
                Enums.sales(state.sales()),
                Enums.payments(state.payments()),
                state.pausedMillis(),
                Events.instant(state.pausedAtMillis()),
                toStored(state.fallback()),
                state.version());
    }

    private static @Nullable StoredFallback toStored(Fallback fallback) {
        return fallback.equals(Fallback.NONE)
                ? null
                : new StoredFallback(fallback.epoch(), fallback.active(), fallback.base());
    }

    private static Fallback toDomain(@Nullable StoredFallback stored) {
        return stored == null ? Fallback.NONE : new Fallback(stored.getEpoch(), stored.getActive(), stored.getBase());
    }

    public static SectionState toDomain(StoredSection stored) {
        return new SectionState(
                Optional.ofNullable(stored.getDefinition()).map(Commands::definition),
                Enums.sales(stored.getSales()),
                Enums.payments(stored.getPayments()),
                stored.getPausedMillis(),
                Commands.millis(stored.getPausedAt()),
                toDomain(stored.getFallback()),
                stored.getVersion());
    }

    /** What buyers are told of an order. */
    public static OrderStatus status(SectionKey key, SectionState section, Order order) {
        boolean held = order.state() == OrderState.HELD;
        return new OrderStatus(
                order.orderId(),
                key.eventId(),
                key.sectionId(),
                order.buyer(),
                order.requestHash(),
                Enums.orderState(order.state()),
                Enums.paymentState(order.payment()),
                order.attempt(),
                order.seats(),
                order.quantity(),
                order.total(),
                section.definition().map(SectionDefinition::currency).orElse(""),
                held ? Instant.ofEpochMilli(section.holdEndsAt(order.deadlineMillis())) : null,
                order.reason(),
                Events.receipt(order.purchase()),
                order.version());
    }
}
