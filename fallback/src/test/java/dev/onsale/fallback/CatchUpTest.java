package dev.onsale.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.audit.RandomSale;
import dev.onsale.audit.Sale;
import dev.onsale.audit.Shape;
import dev.onsale.audit.TestCluster;
import dev.onsale.schemas.PinnedSchemas;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void export_isTheStateThatWasDecided() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Sale sale = RandomSale.of(Shape.concert(2_000), seed);
        try (TestCluster cluster = TestCluster.start();
                Database database = Database.open(TestDatabase.create())) {
            ExportFixture.produce(cluster, sale);

            CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE);

            assertEquals(ExportFixture.decided(sale), ExportFixture.exported(database));
        }
    }
}
