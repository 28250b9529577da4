package dev.onsale.bench.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.DecisionReplay;
import dev.onsale.audit.OtherBuild;
import dev.onsale.bench.Broker;
import dev.onsale.bench.Figures;
import dev.onsale.domain.Decider;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** How fast a recorded sale is asked again of another build, in a class loader of its own, beside how fast it was decided. */
public final class Replayed {

    public static final String ID = "replay";

    private final int purchases;
    private final int threads;
    private final Consumer<String> tell;

    /**
     * @param purchases how many were made
     * @param threads stream threads of the decider
     * @param tell gets a line for each round
     */
    public Replayed(int purchases, int threads, Consumer<String> tell) {
        this.purchases = purchases;
        this.threads = threads;
        this.tell = tell;
    }

    /** Decides and replays {@code rounds} times, each on a new broker. The other build is this one, so nothing may differ. */
    public ObjectNode run(int rounds) throws Exception {
        double[] replayed = new double[rounds];
        double[] decided = new double[rounds];
        double[] ratios = new double[rounds];
        var differences = new LongAdder();
        for (int round = 0; round < rounds; round++) {
            try (Broker broker = Broker.start();
                    OtherBuild same = OtherBuild.jar(domain())) {
                int commands = CommandQueue.fill(broker, Workload.DRAIN, purchases);
                decided[round] =
                        Run.of(broker, Contestant.decider(), commands, threads).perSecond();
                long began = System.nanoTime();
                long compared = DecisionReplay.run(
                        AuditOptions.of(broker.client()),
                        same,
                        difference -> differences.increment(),
                        AuditListener.SILENT);
                replayed[round] = compared * 1e9 / (System.nanoTime() - began);
                ratios[round] = replayed[round] / decided[round];
                tell.accept(String.format(
                        Locale.ROOT,
                        "%,d commands decided at %,.0f/s, replayed at %,.0f/s, %,d differences",
                        compared,
                        decided[round],
                        replayed[round],
                        differences.sum()));
            }
        }
        ObjectNode json = Figures.of(ID);
        json.put("purchases", purchases).put("threads", threads);
        Figures.put(json, "perSecond", replayed);
        Figures.put(json, "yardstickPerSecond", decided);
        Figures.put(json, "ratio", ratios);
        // A replay decides everything once more by itself, and ends where that is not what was recorded.
        return json.put("differences", differences.sum()).put("auditExit", differences.sum() == 0 ? 0 : 1);
    }

    private static Path domain() throws URISyntaxException {
        return Path.of(Decider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
