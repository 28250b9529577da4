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
    private final Tails tails;
    private @Nullable KeyValueStore<String, OrderStatus> orders;
    private Tails.@Nullable Tail tail;
    private @Nullable ProcessorContext<Void, Void> context;

    OrderStatusProcessor(StatusListener listener, Tails tails) {
        this.listener = listener;
        this.tails = tails;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        orders = context.getStateStore(ViewTopology.ORDERS);
        tail = tails.begin(context.taskId().partition());
    }

    @Override
    public void process(Record<String, OrderStatus> record) {
        take(record);
        Objects.requireNonNull(context, "init was called")
                .recordMetadata()
                .ifPresent(source ->
                        Objects.requireNonNull(tail, "init was called").read(source.offset()));
    }

    private void take(Record<String, OrderStatus> record) {
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

    @Override
    public void close() {
        if (tail != null) {
            tail.close();
        }
    }
}
