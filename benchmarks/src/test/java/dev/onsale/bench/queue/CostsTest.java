package dev.onsale.bench.queue;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a purchase costs, counted and not timed, against {@code costs.properties}. Whoever makes it dearer says so there; who makes
 * it cheaper lowers the bar for all that come after.
 */
class CostsTest {

    private static final int PURCHASES = 20_000;
    /** The collections of a section grow now and then. */
    private static final double ALLOCATION_TOLERANCE = 0.05;

    @ParameterizedTest
    @EnumSource(names = {"DRAIN", "SOLD_OUT", "DUPLICATES", "HOT_10K_EXPLICIT"})
    void purchase_costsWhatItDid(Workload workload) throws IOException {
        decideAll(workload);
        Costs costs = decideAll(workload);
        Properties known = known();
        String id = workload.id();
        assertAll(
                id,
                () -> assertEquals(known.getProperty(id + ".records"), Long.toString(costs.records()), "records"),
                () -> assertEquals(known.getProperty(id + ".bytes"), Long.toString(costs.bytes()), "bytes"),
                () -> assertEquals(
                        Double.parseDouble(known.getProperty(id + ".allocated")),
                        costs.allocated(),
                        costs.allocated() * ALLOCATION_TOLERANCE,
                        "bytes allocated"));
    }

    /** @param allocated bytes for one purchase, from making its command to the bytes of all that is written */
    private record Costs(long records, long bytes, double allocated) {}

    private static Costs decideAll(Workload workload) {
        var source = new Writes.Source();
        workload.openings(PURCHASES).forEach(source::decide);
        var threads = assertInstanceOf(com.sun.management.ThreadMXBean.class, ManagementFactory.getThreadMXBean());
        long before = threads.getCurrentThreadAllocatedBytes();
        long records = 0;
        long bytes = 0;
        for (int i = 0; i < PURCHASES; i++) {
            Writes writes = source.decide(workload.purchase(PURCHASES, i));
            records += writes.records();
            bytes += writes.bytes();
        }
        return new Costs(records, bytes, (threads.getCurrentThreadAllocatedBytes() - before) / (double) PURCHASES);
    }

    private static Properties known() throws IOException {
        Properties known = new Properties();
        try (InputStream in = CostsTest.class.getResourceAsStream("/costs.properties")) {
            known.load(in);
        }
        return known;
    }
}
