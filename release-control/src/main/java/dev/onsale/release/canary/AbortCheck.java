package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.flags.Share;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.Purchase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether an abort has reached the buyers: what the edge stamps on the next purchases of those who had the candidate. */
final class AbortCheck implements SaleLog.Reader {

    /** For so long the edge may go on stamping what it knew. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 200;

    /** What was seen of an abort. */
    enum Effect {
        /** A buyer who had the candidate got stable. */
        EFFECTIVE,
        /** A buyer got the candidate all the same. */
        NOT_EFFECTIVE,
        /** None of these buyers bought anything. */
        NOBODY_CAME
    }

    record Finding(Effect effect, String sentence) {

        static Finding of(Edge.Finding atEdge) {
            return new Finding(atEdge.effective() ? Effect.EFFECTIVE : Effect.NOT_EFFECTIVE, atEdge.sentence());
        }
    }

    private final String path;
    private final Share aborted;
    private boolean graceIsOver;
    private @Nullable Finding finding;

    private AbortCheck(String path, Share aborted) {
        this.path = path;
        this.aborted = aborted;
    }

    /**
     * Reads on until one of the cohort has bought.
     *
     * @param after where the log ended right after the flag was changed
     * @param percent the share that was aborted
     */
    static Finding run(SaleLog sale, SaleLog.Position after, String path, int percent) throws InterruptedException {
        try (Share aborted = new Share(CanaryPlan.flagOf(path), percent)) {
            var check = new AbortCheck(path, aborted);
            sale.seek(after, 0);
            long begin = System.nanoTime();
            for (long waited = 0; waited < PATIENCE.toNanos(); waited = System.nanoTime() - begin) {
                sale.readTo(sale.ends(), check);
                if (check.finding != null) {
                    return check.finding;
                }
                // What is appended from here on is appended after the grace; by offsets, so that no two clocks are
                // compared.
                check.graceIsOver = waited > GRACE.toNanos();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        return new Finding(
                Effect.NOBODY_CAME,
                "None of the buyers who had the candidate bought anything within " + PATIENCE.toSeconds()
                        + " s, so nobody saw whether the abort reaches them");
    }

    @Override
    public void command(int partition, long offset, long atMillis, Command command) {
        String buyer = command.getHeader().getBuyer();
        if (finding != null || !(command.getPayload() instanceof Purchase) || !aborted.includes(buyer)) {
            return;
        }
        String purchase = "the purchase " + partition + "/" + offset + " of " + buyer;
        if (!Stamps.isCandidate(command, path)) {
            finding = new Finding(Effect.EFFECTIVE, "The abort reaches buyers: " + purchase + " got stable");
        } else if (graceIsOver) {
            finding = new Finding(
                    Effect.NOT_EFFECTIVE,
                    "THE ABORT DOES NOT REACH BUYERS: " + purchase + " got the candidate more than " + GRACE.toSeconds()
                            + " s after it; throw the switch: onsale flags kill " + KnownFlag.CANDIDATE.flag());
        }
    }

    @Override
    public void event(long atMillis, Event event) {
        // What a buyer gets stands on the command.
    }
}
