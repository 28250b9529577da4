package dev.onsale.tampering;

import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topic;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import org.apache.avro.specific.SpecificRecord;

/** A topic and what its values are. */
record Values<T extends SpecificRecord>(String topic, AvroSerde<T> serde) {

    static final Values<Command> COMMANDS = of(Topics.COMMANDS);
    static final Values<Event> EVENTS = of(Topics.EVENTS);
    static final Values<OrderStatus> STATUSES = of(Topics.ORDERS);
    static final Values<PaymentRequest> PAYMENTS = of(Topics.PAYMENTS);
    static final Values<StoredOrder> STORED_ORDERS = store(InventoryTopology.ORDERS_STORE, StoredOrder.class);
    static final Values<StoredSection> STORED_SECTIONS = store(InventoryTopology.SECTIONS_STORE, StoredSection.class);

    private static <T extends SpecificRecord> Values<T> of(Topic<T> topic) {
        return of(topic.name(), topic.valueType(), topic.name());
    }

    private static <T extends SpecificRecord> Values<T> store(String store, Class<T> type) {
        return of(InventoryService.APPLICATION_ID + "-" + store + "-changelog", type, store);
    }

    private static <T extends SpecificRecord> Values<T> of(String topic, Class<T> type, String subject) {
        return new Values<>(topic, AvroSerde.of(type, PinnedSchemas.released(), subject + "-value"));
    }
}
