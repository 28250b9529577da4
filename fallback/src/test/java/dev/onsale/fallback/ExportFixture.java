package dev.onsale.fallback;

import dev.onsale.audit.Sale;
import dev.onsale.audit.TestCluster;
import dev.onsale.domain.Order;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Handle;

/** A sale's events on a broker, and what PostgreSQL must hold of them. */
final class ExportFixture {

    private static final int TRANSACTION_RECORDS = 7;
    private static final int ABORT_EVERY = 5;

    private ExportFixture() {}

    /** Writes events in transactions as the decider does; now and then it dies, and writes the same again. */
    static void produce(TestCluster cluster, int partition, List<Entry> events) {
        Map<String, Object> client = new HashMap<>(cluster.client());
        client.put("transactional.id", "decider-" + partition);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int from = 0, n = 1; from < events.size(); n++) {
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

    static void produce(TestCluster cluster, Sale sale) {
        for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
            produce(cluster, partition, sale.events(partition));
        }
    }

    /** What was decided, a line for each row. */
    static List<String> decided(Sale sale) {
        List<String> lines = new ArrayList<>();
        sale.sections().forEach((key, live) -> {
            // A command that had no event leaves none.
            if (!sale.events(key.partition(TestCluster.PARTITIONS)).stream()
                    .filter(event -> event.key().equals(key.toString()))
                    .toList()
                    .isEmpty()) {
                lines.add(line(key, SectionRow.of(key, key.partition(TestCluster.PARTITIONS), live.section(), 0)));
            }
        });
        sale.orders().forEach((id, order) -> {
            SectionKey key = SectionKey.parse(id.substring(0, id.lastIndexOf('/')));
            lines.add(key + " " + order);
            seats(order).forEach((seat, owner) -> lines.add(key + " " + seat + " " + owner));
        });
        return lines.stream().sorted().toList();
    }

    private static Map<String, String> seats(Order order) {
        Map<String, String> seats = new TreeMap<>();
        if (order.owns()) {
            order.seats().forEach(seat -> seats.put(seat, order.orderId() + " " + order.state()));
        }
        return seats;
    }

    private static String line(SectionKey key, SectionRow row) {
        return key + " " + row.partition() + " " + row.version() + " " + row.free() + " " + row.held() + " " + row.sold()
                + " " + row.state();
    }

    /** What stands in PostgreSQL, in the same words. */
    static List<String> exported(Database database) {
        return database.jdbi().withHandle(handle -> {
            var lines = new TreeSet<String>();
            for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
                for (SectionRow row : StateTables.EXPORTED.sections(handle, partition)) {
                    lines.add(line(row.key(), row));
                    StateTables.EXPORTED
                            .changedSince(handle, row.key(), 0)
                            .forEach(order -> lines.add(row.key() + " " + order.order()));
                }
            }
            lines.addAll(seats(handle));
            return List.copyOf(lines);
        });
    }

    private static List<String> seats(Handle handle) {
        return handle.select("SELECT event_id || '/' || section_id || ' ' || seat || ' ' || order_id || ' ' || state"
                        + " FROM exported.seats")
                .mapTo(String.class)
                .list();
    }
}
