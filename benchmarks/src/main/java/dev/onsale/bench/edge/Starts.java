package dev.onsale.bench.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.Figures;
import dev.onsale.bench.Proof;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** From the start of the process to the first sale: on an empty folder, and again on what the first left there. */
public final class Starts {

    public static final String ID = "start";

    private static final long ENOUGH = 1_000;
    private static final Duration TRIES = Duration.ofSeconds(60);

    private final Consumer<String> tell;
    private final Buyers buyers = new Buyers();

    /** @param tell gets a line for each round */
    public Starts(Consumer<String> tell) {
        this.tell = tell;
    }

    /** Starts twice, {@code rounds} times. */
    public ObjectNode run(int rounds) throws Exception {
        double[] cold = new double[rounds];
        double[] warm = new double[rounds];
        int auditExit = 0;
        for (int round = 0; round < rounds; round++) {
            long began = System.nanoTime();
            try (Site site = Site.up()) {
                buyers.open(site, ENOUGH);
                cold[round] = secondsToSale(site, 0, began);
                site.stop();
                began = System.nanoTime();
                site.start();
                warm[round] = secondsToSale(site, 1, began);
                tell.accept(String.format(
                        Locale.ROOT, "first sale after %.1f s cold, %.1f s warm", cold[round], warm[round]));
                auditExit = Math.max(auditExit, Proof.exit(site.client(), tell));
            }
        }
        ObjectNode json = Figures.of(ID);
        Figures.put(json, "coldSeconds", cold);
        Figures.put(json, "warmSeconds", warm);
        return json.put("auditExit", auditExit);
    }

    private double secondsToSale(Site site, long buyer, long began) throws IOException {
        String ending;
        do {
            ending = buyers.pay(site.api(), buyer);
        } while (!ending.equals(Buyers.SOLD) && System.nanoTime() - began < TRIES.toNanos());
        if (!ending.equals(Buyers.SOLD)) {
            throw new IllegalStateException("nothing was sold: " + ending);
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
