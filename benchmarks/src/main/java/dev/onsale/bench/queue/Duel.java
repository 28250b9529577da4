package dev.onsale.bench.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.Broker;
import dev.onsale.bench.Figures;
import dev.onsale.bench.Proof;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The decider and its yardsticks on the same queue, on the same broker, one after the other; again on a new broker in another
 * order, as often as asked. Every decider's log is audited.
 */
public final class Duel {

    /** Enough different outcomes that a batch of them compresses as the decider's does. */
    private static final int SAMPLES = 4_096;

    private static final String DECIDER = "decider";
    private static final String SAME_WRITES = "same-writes";
    private static final String PASS_THROUGH = "pass-through";

    private final Workload workload;
    private final int purchases;
    private final int threads;
    private final Consumer<String> tell;
    private final Map<String, List<Run>> runs = new HashMap<>();
    private final List<Double> rawPerSecond = new ArrayList<>();
    private int auditExit;

    /**
     * @param purchases how many wait in the queue
     * @param threads stream threads of each contestant
     * @param tell gets a line for each run
     */
    public Duel(Workload workload, int purchases, int threads, Consumer<String> tell) {
        this.workload = workload;
        this.purchases = purchases;
        this.threads = threads;
        this.tell = tell;
    }

    /** Runs all contestants, {@code rounds} times. */
    public ObjectNode run(int rounds) throws Exception {
        List<Writes> samples = Writes.of(workload, purchases, SAMPLES);
        for (int round = 0; round < rounds; round++) {
            List<Contestant> contestants = new ArrayList<>(
                    List.of(Contestant.decider(), Yardstick.sameWrites(samples), Yardstick.passThrough()));
            Collections.rotate(contestants, round);
            try (Broker broker = Broker.start()) {
                double raw = Raw.perSecond(broker, workload, purchases);
                rawPerSecond.add(raw);
                tell.accept(String.format(Locale.ROOT, "%-14s %,9.0f/s", "raw", raw));
                int commands = CommandQueue.fill(broker, workload, purchases);
                for (Contestant contestant : contestants) {
                    Run run = Run.of(broker, contestant, commands, threads);
                    runs.computeIfAbsent(contestant.name(), absent -> new ArrayList<>())
                            .add(run);
                    tell.accept(String.format(
                            Locale.ROOT,
                            "%-14s %,9.0f/s  %6.1f cpu s per million  %.2f records, %,.0f bytes per command",
                            contestant.name(),
                            run.perSecond(),
                            run.cpuSecondsPerMillion(),
                            run.recordsPerCommand(),
                            run.bytesPerCommand()));
                }
                auditExit = Math.max(auditExit, Proof.exit(broker.client(), tell));
            }
        }
        return figures();
    }

    private ObjectNode figures() {
        ObjectNode json = Figures.of(workload.id());
        json.put("purchases", purchases).put("threads", threads);
        Figures.put(json, "perSecond", all(DECIDER, Run::perSecond));
        Figures.put(json, "yardstickPerSecond", all(SAME_WRITES, Run::perSecond));
        Figures.put(json, "ratio", ratios(SAME_WRITES));
        Figures.put(json, "passThroughPerSecond", all(PASS_THROUGH, Run::perSecond));
        Figures.put(json, "passThroughRatio", ratios(PASS_THROUGH));
        Figures.put(
                json,
                "rawPerSecond",
                rawPerSecond.stream().mapToDouble(Double::doubleValue).toArray());
        Figures.put(json, "cpuSecondsPerMillion", all(DECIDER, Run::cpuSecondsPerMillion));
        Figures.put(json, "yardstickCpuSecondsPerMillion", all(SAME_WRITES, Run::cpuSecondsPerMillion));
        Figures.put(json, "recordsWrittenPerCommand", all(DECIDER, Run::recordsPerCommand));
        Figures.put(json, "bytesWrittenPerCommand", all(DECIDER, Run::bytesPerCommand));
        return json.put("auditExit", auditExit);
    }

    private double[] all(String contestant, ToDoubleFunction<Run> figure) {
        return runs.getOrDefault(contestant, List.of()).stream()
                .mapToDouble(figure)
                .toArray();
    }

    /** Of the same round each, since the machine is another one a minute later. */
    private double[] ratios(String yardstick) {
        double[] ours = all(DECIDER, Run::perSecond);
        double[] theirs = all(yardstick, Run::perSecond);
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / theirs[i];
        }
        return ratios;
    }
}
