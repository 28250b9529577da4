package dev.onsale.inventory;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;

/** The serdes of one running decider. */
record Serdes(
        AvroSerde<Command> commands,
        AvroSerde<Event> events,
        AvroSerde<OrderStatus> orders,
        AvroSerde<PaymentRequest> payments,
        AvroSerde<StoredOrder> storedOrders,
        AvroSerde<StoredSection> storedSections) {

    static Serdes of(SchemaIds ids) {
        return new Serdes(
                AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value"),
                AvroSerde.of(Event.class, ids, Topics.EVENTS.name() + "-value"),
                AvroSerde.of(OrderStatus.class, ids, Topics.ORDERS.name() + "-value"),
                AvroSerde.of(PaymentRequest.class, ids, Topics.PAYMENTS.name() + "-value"),
                AvroSerde.of(StoredOrder.class, ids, InventoryTopology.ORDERS_STORE + "-value"),
                AvroSerde.of(StoredSection.class, ids, InventoryTopology.SECTIONS_STORE + "-value"));
    }
}
