package dev.onsale.bench.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.Broker;
import dev.onsale.bench.Figures;
import dev.onsale.bench.Folders;
import dev.onsale.bench.Proof;
import dev.onsale.inventory.InventoryService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How fast a decider that has lost its folder has everything again: its stores from their changelogs, its seats from its stores. */
public final class Restored {

    public static final String ID = "restore";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final int purchases;
    private final int threads;
    private final Consumer<String> tell;

    /**
     * @param purchases how many are in the stores
     * @param threads stream threads of the decider
     * @param tell gets a line for each round
     */
    public Restored(int purchases, int threads, Consumer<String> tell) {
        this.purchases = purchases;
        this.threads = threads;
        this.tell = tell;
    }

    /** Decides, loses and restores {@code rounds} times, each on a new broker. */
    public ObjectNode run(int rounds) throws Exception {
        double[] restored = new double[rounds];
        double[] seconds = new double[rounds];
        int auditExit = 0;
        for (int round = 0; round < rounds; round++) {
            try (Broker broker = Broker.start()) {
                int commands = CommandQueue.fill(broker, Workload.DRAIN, purchases);
                Contestant decider = Contestant.decider();
                Run.of(broker, decider, commands, threads);
                Path state = broker.folder(decider.name());
                Folders.delete(state);
                seconds[round] = secondsUntilReady(broker, decider);
                restored[round] = purchases / seconds[round];
                tell.accept(String.format(
                        Locale.ROOT,
                        "%,d orders restored in %.1f s: %,.0f/s",
                        purchases,
                        seconds[round],
                        restored[round]));
                // It also compares the stores' changelogs with what was decided.
                auditExit = Math.max(auditExit, Proof.exit(broker.client(), tell));
            }
        }
        ObjectNode json = Figures.of(ID);
        json.put("purchases", purchases).put("threads", threads);
        Figures.put(json, "perSecond", restored);
        Figures.put(json, "seconds", seconds);
        return json.put("auditExit", auditExit);
    }

    private double secondsUntilReady(Broker broker, Contestant decider) throws InterruptedException {
        long began = System.nanoTime();
        try (var service = InventoryService.start(
                decider.config(broker, threads),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                Contestant::failed)) {
            while (!service.ready()) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw new IllegalStateException("not restored after " + PATIENCE.toMinutes() + " minutes");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
            return (System.nanoTime() - began) / 1e9;
        }
    }
}
