package dev.onsale.audit;

import dev.onsale.inventory.InventoryTopology;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;

/** How each topic's values are read. */
record Codecs(
        AvroSerde<Command> commands,
        Codec<Event> events,
        Codec<OrderStatus> statuses,
        Codec<PaymentRequest> payments,
        Codec<StoredOrder> storedOrders,
        Codec<StoredSection> storedSections) {

    static Codecs of(SchemaIds ids) {
        return new Codecs(
                AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value"),
                new Codec<>(Event.class, ids, Topics.EVENTS.name() + "-value"),
                new Codec<>(OrderStatus.class, ids, Topics.ORDERS.name() + "-value"),
                new Codec<>(PaymentRequest.class, ids, Topics.PAYMENTS.name() + "-value"),
                new Codec<>(StoredOrder.class, ids, InventoryTopology.ORDERS_STORE + "-value"),
                new Codec<>(StoredSection.class, ids, InventoryTopology.SECTIONS_STORE + "-value"));
    }
}
