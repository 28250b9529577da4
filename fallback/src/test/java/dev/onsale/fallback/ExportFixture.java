package dev.onsale.fallback;

import dev.onsale.audit.Sale;
import dev.onsale.audit.TestCluster;
import dev.onsale.domain.Order;
import dev.onsale.domain.PaymentState;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.Event;
import dev.onsale.wire.PaymentRequested;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A sale's events on a broker, and what PostgreSQL must hold of them: both told in lines, one for each row, sorted. */
final class ExportFixture {

    static final AvroSerde<Event> EVENTS =
            AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");

    private static final int TRANSACTION_RECORDS = 7;
    private static final int ABORT_EVERY = 5;
    private static final Set<PaymentState> UNDER_WAY =
            Set.of(PaymentState.AUTHORISING, PaymentState.CAPTURING, PaymentState.VOIDING, PaymentState.REFUNDING);

    private ExportFixture() {}

    static void produce(TestCluster cluster, Sale sale) {
        for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
            produce(cluster, partition, sale.events(partition));
        }
    }

    /** Writes events in transactions as the decider does; now and then it dies, and writes the same again. */
    static void produce(TestCluster cluster, int partition, List<Entry> events) {
        Map<String, Object> client = new HashMap<>(cluster.client());
        client.put("transactional.id", "decider-" + partition);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            int from = 0;
            for (int n = 1; from < events.size(); n++) {
                List<Entry> some = events.subList(from, Math.min(events.size(), from + TRANSACTION_RECORDS));
                producer.beginTransaction();
                for (Entry event : some) {
                    byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
                    var _ = producer.send(new ProducerRecord<>(Topics.EVENTS.name(), partition, key, event.bytes()));
                }
                if (n % ABORT_EVERY == 0) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    from += some.size();
                }
            }
        }
    }

    /** What was decided. */
    static List<String> decided(Sale sale) {
        List<String> lines = new ArrayList<>();
        for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
            lines.addAll(decided(sale, sale.events(partition)));
        }
        return lines.stream().sorted().toList();
    }

    /** What was decided of the sections in one partition, of which these are the events. */
    static List<String> decided(Sale sale, List<Entry> events) {
        Map<SectionKey, Long> lastAt = new HashMap<>();
        Map<OrderKey, Long> askedAt = new HashMap<>();
        for (Entry entry : events) {
            Event event = EVENTS.fromBytes(entry.bytes());
            SectionKey key = SectionKey.parse(entry.key());
            long millis = event.getHeader().getDecidedAt().toEpochMilli();
            lastAt.put(key, millis);
            if (event.getPayload() instanceof PaymentRequested) {
                askedAt.put(new OrderKey(key, event.getHeader().getOrderId()), millis);
            }
        }
        List<String> lines = new ArrayList<>();
        sale.sections().forEach((key, live) -> {
            if (lastAt.containsKey(key)) {
                long millis = lastAt.getOrDefault(key, 0L);
                lines.add(SectionRow.of(key, key.partition(TestCluster.PARTITIONS), live.section(), millis)
                        .toString());
            }
        });
        sale.orders().forEach((id, order) -> {
            SectionKey key = SectionKey.parse(id.substring(0, id.lastIndexOf('/')));
            if (lastAt.containsKey(key)) {
                lines.addAll(lines(key, order, askedAt.get(new OrderKey(key, order.orderId()))));
            }
        });
        return lines.stream().sorted().toList();
    }

    private static List<String> lines(SectionKey key, Order order, @Nullable Long askedAt) {
        OptionalLong asked = askedAt == null || !UNDER_WAY.contains(order.payment())
                ? OptionalLong.empty()
                : OptionalLong.of(askedAt);
        List<String> lines = new ArrayList<>();
        lines.add(new OrderRow(key, order, asked).toString());
        if (order.owns()) {
            order.seats().forEach(seat -> lines.add(key + " " + seat + " " + order.orderId() + " " + order.state()));
        }
        return lines;
    }

    /** What stands in PostgreSQL. */
    static List<String> exported(Database database) {
        return database.jdbi().inTransaction(handle -> {
            List<String> lines = new ArrayList<>();
            for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
                lines.addAll(exported(handle, partition));
            }
            return lines.stream().sorted().toList();
        });
    }

    /** What stands in PostgreSQL of the sections in one partition. */
    static List<String> exported(Handle handle, int partition) {
        List<String> lines = new ArrayList<>();
        for (SectionRow row : StateTables.EXPORTED.sections(handle, partition)) {
            lines.add(row.toString());
            StateTables.EXPORTED.changedSince(handle, row.key(), 0).forEach(order -> lines.add(order.toString()));
        }
        lines.addAll(handle.select(
                        "SELECT event_id || '/' || section_id || ' ' || seat || ' ' || order_id || ' '"
                                + " || seats.state FROM exported.seats JOIN exported.sections USING (event_id, section_id)"
                                + " WHERE partition = ?",
                        partition)
                .mapTo(String.class)
                .list());
        return lines.stream().sorted().toList();
    }
}
