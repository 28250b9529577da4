package dev.onsale.system.faults;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Orders that have not ended or whose payment is under way, followed record by record: reading the whole log at every look
 * would take from the decider the time that it needs to recover.
 */
final class OpenOrders implements AutoCloseable {

    private static final AvroSerde<OrderStatus> STATUSES =
            AvroSerde.of(OrderStatus.class, PinnedSchemas.released(), Topics.ORDERS.name() + "-value");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, String> open = new TreeMap<>();
    private long seen;

    OpenOrders(String bootstrap) {
        consumer = TopicReader.atBeginning(bootstrap, Topics.ORDERS.name(), "read_committed");
    }

    /** Whether there are orders, all of them have ended, and nothing new was heard of for a moment. */
    boolean none() {
        var records = consumer.poll(Duration.ofMillis(500));
        records.forEach(record -> take(STATUSES.fromBytes(record.value())));
        return records.isEmpty() && seen > 0 && open.isEmpty();
    }

    private void take(OrderStatus status) {
        seen++;
        if (isOpen(status)) {
            open.put(status.getOrderId(), status.getState() + " " + status.getPayment());
        } else {
            open.remove(status.getOrderId());
        }
    }

    static boolean isOpen(OrderStatus status) {
        return status.getState() == OrderState.HELD
                || switch (status.getPayment()) {
                    case AUTHORISING, CAPTURING, VOIDING, REFUNDING -> true;
                    case UNKNOWN, NONE, DECLINED, CAPTURED, VOIDED, REFUNDED, FAILED -> false;
                };
    }

    @Override
    public String toString() {
        return open.size() + " open orders, such as "
                + open.entrySet().stream().limit(5).toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
