package dev.onsale.orders.view;

import dev.onsale.wire.OrderStatus;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the latest status of every order. A status never gives way to an older one. When two sections were asked with the
 * same request id, the order belongs to the section that answered first, whatever the other one says later.
 */
final class OrderStatusProcessor implements Processor<String, OrderStatus, Void, Void> {

    private final StatusListener listener;
    private @Nullable KeyValueStore<String, OrderStatus> orders;

    OrderStatusProcessor(StatusListener listener) {
        this.listener = listener;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        orders = context.getStateStore(ViewTopology.ORDERS);
    }

    @Override
    public void process(Record<String, OrderStatus> record) {
        KeyValueStore<String, OrderStatus> store = Objects.requireNonNull(orders, "init was called");
        OrderStatus status = record.value();
        if (status == null) {
            store.delete(record.key());
            return;
        }
        OrderStatus known = store.get(record.key());
        if (known == null || replaces(status, known)) {
            store.put(record.key(), status);
            listener.changed(status);
        }
    }

    private static boolean replaces(OrderStatus status, OrderStatus known) {
        return status.getEventId().equals(known.getEventId())
                && status.getSectionId().equals(known.getSectionId())
                && status.getVersion() >= known.getVersion();
    }
}
