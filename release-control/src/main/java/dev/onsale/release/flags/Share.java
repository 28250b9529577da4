package dev.onsale.release.flags;

import java.util.Map;
import java.util.Optional;

/** The buyers that get the candidate at a certain share, by the evaluation that the edge uses, too. */
public final class Share implements AutoCloseable {

    private final String flag;
    private final Evaluation evaluation;

    /** @param percent from 0 to 100 */
    public Share(KnownFlag flag, int percent) {
        this.flag = flag.flag();
        FlagdFeed feed = new FlagdFeed(() -> {});
        feed.offer(Map.of(this.flag, FlagDefinition.ofShare(percent)));
        this.evaluation = new Evaluation(feed, Optional.empty());
    }

    public boolean includes(String buyer) {
        return evaluation.variant(flag, buyer).equals(KnownFlag.CANDIDATE_VARIANT);
    }

    @Override
    public void close() {
        evaluation.close();
    }
}
