package dev.onsale.cli.canary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Web;
import dev.onsale.release.canary.CanaryController;
import dev.onsale.release.canary.CanaryRun;
import dev.onsale.release.canary.Verdict;
import java.io.Console;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Shows a canary: to people a line that is rewritten in place, and a line for each verdict; to programs JSON. */
final class CanaryView implements CanaryController.Listener {

    private static final String REWRITE = "\r\u001b[K";

    private final String path;
    private final boolean json;
    private final boolean inTerminal;
    private long stepSinceMillis;

    CanaryView(String path, boolean json) {
        this.path = path;
        this.json = json;
        this.inTerminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** Says what is judged from now on. */
    void begin(CanaryRun run) {
        stepSinceMillis = run.verdicts().isEmpty()
                ? run.start().at().toEpochMilli()
                : run.verdicts().getLast().numbers().atMillis();
        if (!json) {
            System.out.printf(
                    "Canary of %s, begun by %s (%s): %d %% of the buyers get the candidate, steps %s.%n",
                    path,
                    run.start().who(),
                    run.start().why(),
                    run.percent(),
                    run.plan().steps());
        }
    }

    @Override
    public void judged(Verdict verdict, int percent) {
        if (json) {
            print(verdict, percent);
        } else if (!(verdict instanceof Verdict.Extend)) {
            endLine();
            print(verdict, percent);
            stepSinceMillis = verdict.numbers().atMillis();
            if (verdict instanceof Verdict.Abort) {
                System.out.println("Looking for up to 30 s whether its buyers get stable again.");
            }
        } else if (inTerminal) {
            Verdict.Numbers n = verdict.numbers();
            System.out.printf(
                    Locale.ROOT,
                    REWRITE + "%d %%  buyers %d of %d  bad %d of %d  evidence %.3g of %.3g  %d s in the step",
                    percent,
                    n.canaryBuyers(),
                    n.canaryBuyers() + n.controlBuyers(),
                    n.canaryBad(),
                    n.canaryBad() + n.controlBad(),
                    n.evidence(),
                    n.evidenceToAbort(),
                    (n.atMillis() - stepSinceMillis) / 1000);
            System.out.flush();
        }
    }

    private void print(Verdict verdict, int percent) {
        if (json) {
            ObjectNode object = Web.mapper().valueToTree(verdict);
            System.out.println(object.put("share", percent).put("reason", verdict.reason()));
        } else {
            System.out.println(Instant.ofEpochMilli(verdict.numbers().atMillis()) + "  " + verdict.reason());
        }
    }

    /** What follows, whoever writes it, does not begin in the middle of a line. */
    void endLine() {
        if (inTerminal && !json) {
            System.out.print(REWRITE);
        }
    }

    /** How a canary stands or ended. */
    void summary(CanaryRun run) {
        Optional<String> ended = run.ending().map(entry -> entry.who() + ": " + entry.why());
        Optional<String> check = run.check().map(entry -> entry.why());
        if (json) {
            ObjectNode object = Web.mapper()
                    .createObjectNode()
                    .put("canary", run.id())
                    .put("path", path)
                    .put("state", run.state().name())
                    .put("begunAt", run.start().at().toString())
                    .put("who", run.start().who())
                    .put("why", run.start().why())
                    .put("judgedShare", run.percent());
            ended.ifPresent(text -> object.put("ended", text));
            check.ifPresent(text -> object.put("check", text));
            System.out.println(object);
            return;
        }
        endLine();
        String state = switch (run.state()) {
            case RUNNING -> "is under way at " + run.percent() + " % of the buyers";
            case PROMOTED -> "is promoted: everybody gets the candidate";
            case ABORTED -> "is aborted: nobody gets the candidate";
            case TAKEN_OVER -> "is over, since somebody else changed its flag; the flag says what they set";
        };
        System.out.println("The canary of " + path + " that " + run.start().who() + " began at "
                + run.start().at() + " " + state + ".");
        ended.ifPresent(text -> System.out.println("Ended by " + text));
        check.ifPresent(text -> System.out.println(text + "."));
    }

    /** Every verdict that changed the share, then how it stands. */
    void history(CanaryRun run) {
        run.verdicts().forEach(verdict -> print(verdict, shareAfter(verdict)));
        summary(run);
    }

    private static int shareAfter(Verdict verdict) {
        return verdict instanceof Verdict.Advance advance ? advance.toPercent() : 0;
    }

    void none() {
        System.out.println(
                json
                        ? Web.mapper().createObjectNode().put("path", path).put("state", "NONE")
                        : "There was no canary of " + path + ".");
    }

    void verified(CanaryRun run) {
        int verdicts = run.verdicts().size();
        System.out.println(
                json
                        ? Web.mapper()
                                .createObjectNode()
                                .put("canary", run.id())
                                .put("verified", verdicts)
                        : "The log gives all " + verdicts + " verdicts of this canary again.");
    }
}
