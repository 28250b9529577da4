package dev.onsale.bench.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.Figures;
import dev.onsale.bench.Proof;
import dev.onsale.bench.edge.OpenLoop.Visits;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Buyers over HTTP, until they are told what was decided ({@code http}) or until they have paid ({@code checkout}). */
public final class Edge {

    /** What a buyer waits for. */
    public enum Scenario {
        HTTP("http", Buyers.HELD),
        CHECKOUT("checkout", Buyers.SOLD);

        private final String id;
        private final String wanted;

        Scenario(String id, String wanted) {
            this.id = id;
            this.wanted = wanted;
        }

        public static Optional<Scenario> of(String id) {
            return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
        }
    }

    private final Scenario scenario;
    private final int perSecond;
    private final Duration warmUp;
    private final Duration length;
    private final Consumer<String> tell;
    private final Buyers buyers = new Buyers();

    /**
     * @param perSecond how many buyers come in a second
     * @param warmUp how long they come before anything is measured, until what runs is compiled
     * @param length how long they come after that
     * @param tell gets a line for each round
     */
    public Edge(Scenario scenario, int perSecond, Duration warmUp, Duration length, Consumer<String> tell) {
        this.scenario = scenario;
        this.perSecond = perSecond;
        this.warmUp = warmUp;
        this.length = length;
        this.tell = tell;
    }

    /** Runs it {@code rounds} times, each on a new site. */
    public ObjectNode run(int rounds) throws Exception {
        double[][] figures = new double[5][rounds];
        ObjectNode json = Figures.of(scenario.id).put("offeredPerSecond", perSecond);
        long other = 0;
        int auditExit = 0;
        for (int round = 0; round < rounds; round++) {
            try (Site site = Site.up()) {
                buyers.open(site, perSecond * warmUp.plus(length).toSeconds());
                come(site, 0, warmUp);
                Duration cpu = site.cpu();
                Visits visits = come(site, perSecond * warmUp.toSeconds(), length);
                long done = visits.count(scenario.wanted);
                figures[0][round] = done / visits.seconds();
                figures[1][round] = visits.millis(50);
                figures[2][round] = visits.millis(99);
                figures[3][round] = visits.millis(99.9);
                figures[4][round] = site.cpu().minus(cpu).toMillis() * 1e3 / done;
                other += visits.endings().values().stream().mapToLong(n -> n).sum() - done;
                tell.accept(String.format(
                        Locale.ROOT,
                        "%,8.0f/s of %,d  p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms  %s",
                        figures[0][round],
                        perSecond,
                        figures[1][round],
                        figures[2][round],
                        figures[3][round],
                        visits.endings()));
                auditExit = Math.max(auditExit, Proof.exit(site.client(), tell));
            }
        }
        Figures.put(json, "perSecond", figures[0]);
        Figures.put(json, "p50Millis", figures[1]);
        Figures.put(json, "p99Millis", figures[2]);
        Figures.put(json, "p999Millis", figures[3]);
        Figures.put(json, "cpuSecondsPerMillion", figures[4]);
        return json.put("endedOtherwise", other).put("auditExit", auditExit);
    }

    private Visits come(Site site, long first, Duration howLong) {
        URI api = site.api();
        return OpenLoop.run(
                first,
                perSecond,
                howLong,
                scenario.wanted,
                scenario == Scenario.HTTP ? buyer -> buyers.hold(api, buyer) : buyer -> buyers.pay(api, buyer));
    }
}
