package dev.onsale.cli.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Web;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.roll.RollStep;
import dev.onsale.release.roll.RollStep.Kind;
import dev.onsale.runtime.OperatorError;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Tells the steps of a roll: to the release log first, then to whoever looks on. */
final class RollView implements Consumer<RollStep> {

    /** Once an instance is worse, a log that cannot be written must not keep the others from going back. */
    private static final Set<Kind> GOING_BACK =
            Set.of(Kind.WORSE, Kind.ROLLING_BACK, Kind.ROLLED_BACK, Kind.STUCK, Kind.DONE);

    private final String id = UUID.randomUUID().toString();
    private final FlagChanges log;
    private final Door said;
    private final String from;
    private final String to;
    private final boolean json;

    RollView(FlagChanges log, Door said, String from, String to, boolean json) {
        this.log = log;
        this.said = said;
        this.from = from;
        this.to = to;
        this.json = json;
    }

    @Override
    public void accept(RollStep step) {
        ObjectNode details = Web.mapper()
                .createObjectNode()
                .put("roll", id)
                .put("step", name(step))
                .put("instance", step.instance())
                .put("from", from)
                .put("to", to)
                .put("detail", step.detail());
        ReleaseEntry entry =
                new ReleaseEntry(UUID.randomUUID().toString(), Instant.now(), said.who, said.why, "roll-step", details);
        try {
            log.write(entry);
        } catch (OperatorError e) {
            if (!GOING_BACK.contains(step.kind())) {
                throw e;
            }
            System.err.println("onsale: This step is not in the release log: " + e.getMessage());
        }
        System.out.println(json ? entry.toJson().toString() : sentence(step));
    }

    private static String name(RollStep step) {
        return step.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String sentence(RollStep step) {
        return switch (step.kind()) {
            case BEGUN -> "Rolling from " + from + " to " + to + "; looking at the instances first.";
            case RESTARTING -> step.instance() + ": restarting with " + to + ".";
            case UPGRADED -> step.instance() + ": runs " + to + ", and as well as before.";
            case WORSE -> step.instance() + ": worse, " + step.detail() + ".";
            case ROLLING_BACK -> step.instance() + ": going back to " + from + ".";
            case ROLLED_BACK -> step.instance() + ": runs " + from + " again.";
            case STUCK -> step.instance() + ": left as it is: " + step.detail() + ".";
            case DONE -> "Done: every instance runs " + to + ".";
        };
    }
}
