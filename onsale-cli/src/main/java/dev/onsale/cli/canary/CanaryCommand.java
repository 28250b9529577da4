package dev.onsale.cli.canary;

import dev.onsale.release.canary.CanaryController;
import dev.onsale.release.canary.CanaryPlan;
import dev.onsale.release.canary.CanaryRun;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale canary}. */
@Command(
        name = "canary",
        description =
                "Give a candidate to more and more buyers while the log speaks for it, and to nobody once it does not.",
        subcommands = {
            CanaryCommand.Start.class,
            CanaryCommand.Resume.class,
            CanaryCommand.Status.class,
            CanaryCommand.Promote.class,
            CanaryCommand.Abort.class,
            CanaryCommand.Verify.class
        })
public final class CanaryCommand {

    private static final String JUDGED =
            "%nCtrl-C leaves the canary as it is. Exit codes: 0 promoted, 1 aborted or ended by somebody else, 2 could not run.";

    /** Judges in the foreground, until the canary ends. */
    private static int judge(CanaryController controller, CanaryRun run, CanaryView view, String path)
            throws InterruptedException {
        Thread howToGoOn = new Thread(
                () -> {
                    view.endLine();
                    System.err.println(
                            "onsale: The canary is left as it is, at its share. Go on: onsale canary resume --path "
                                    + path + ". End it: onsale canary abort --path " + path + " --why REASON");
                },
                "how-to-go-on");
        Runtime.getRuntime().addShutdownHook(howToGoOn);
        CanaryRun ended;
        try {
            view.begin(run);
            ended = controller.judge(run, view);
        } finally {
            forget(howToGoOn);
            view.endLine();
        }
        view.summary(ended);
        return ended.state() == CanaryRun.State.PROMOTED ? 0 : 1;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being run.
        }
    }

    /** Who and why. */
    static final class Said {
        @Option(names = "--who", paramLabel = "NAME", description = "Who does it. Default: your user name.")
        String who = System.getProperty("user.name", "");

        @Option(names = "--why", paramLabel = "REASON", required = true, description = "Why; it is kept for ever.")
        String why = "";
    }

    @Command(name = "start", description = "Begin a canary, and judge it until it ends.", footer = JUDGED)
    static final class Start implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Mixin
        Said said = new Said();

        @Option(
                names = "--steps",
                paramLabel = "PERCENT",
                split = ",",
                defaultValue = "5,10,25,50,100",
                description = "Shares of the buyers, ascending to 100. Default: ${DEFAULT-VALUE}.")
        List<Integer> steps = List.of();

        @Option(
                names = "--min-buyers",
                paramLabel = "N",
                defaultValue = "200",
                description = "Buyers of either variant who must be answered in a step. Default: ${DEFAULT-VALUE}.")
        int minBuyers;

        @Option(
                names = "--min-step",
                paramLabel = "SECONDS",
                defaultValue = "60",
                description = "Shortest duration of a step. Default: ${DEFAULT-VALUE}.")
        int minStepSeconds;

        @Option(
                names = "--latency-objective",
                paramLabel = "MS",
                defaultValue = "1000",
                description = "Whoever waits longer for an answer is a bad buyer. Default: ${DEFAULT-VALUE}.")
        long latencyObjectiveMillis;

        @Option(
                names = "--queue-objective",
                paramLabel = "MS",
                defaultValue = "5000",
                description = "Whoever waits longer in the log is a bad buyer. Default: ${DEFAULT-VALUE}.")
        long queueObjectiveMillis;

        @Option(
                names = "--alpha",
                paramLabel = "P",
                defaultValue = "0.02",
                description = "Most good canaries that may be aborted by mistake. Default: ${DEFAULT-VALUE}.")
        double alpha;

        @Override
        public Integer call() throws InterruptedException {
            try (CanaryController controller = options.open()) {
                double tolerance = CanaryPlan.of(options.path).latencyTolerance();
                CanaryPlan plan = new CanaryPlan(
                        options.path,
                        steps,
                        minBuyers,
                        minStepSeconds * 1000L,
                        latencyObjectiveMillis,
                        queueObjectiveMillis,
                        tolerance,
                        alpha);
                CanaryRun run = controller.start(plan, said.who, said.why);
                return judge(controller, run, options.view(), options.path);
            }
        }
    }

    @Command(name = "resume", description = "Go on judging a canary whose controller was stopped.", footer = JUDGED)
    static final class Resume implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Override
        public Integer call() throws InterruptedException {
            try (CanaryController controller = options.open()) {
                return judge(controller, controller.running(), options.view(), options.path);
            }
        }
    }

    @Command(
            name = "status",
            description = "Show the latest canary and its verdicts.",
            footer = "%nExit codes: 0 shown, 2 could not run.")
    static final class Status implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Override
        public Integer call() {
            try (CanaryController controller = options.open()) {
                Optional<CanaryRun> latest = controller.latest();
                latest.ifPresentOrElse(options.view()::history, options.view()::none);
            }
            return 0;
        }
    }

    @Command(
            name = "promote",
            description = "End the canary by hand: everybody gets the candidate.",
            footer = "%nExit codes: 0 promoted, 2 could not run.")
    static final class Promote implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Mixin
        Said said = new Said();

        @Override
        public Integer call() throws InterruptedException {
            try (CanaryController controller = options.open()) {
                options.view().summary(controller.promote(said.who, said.why));
            }
            return 0;
        }
    }

    @Command(
            name = "abort",
            description =
                    "End the canary by hand: nobody gets the candidate. Then look for up to 30 s whether it is so.",
            footer = "%nExit codes: 0 aborted, 1 aborted but buyers still get the candidate, 2 could not run.")
    static final class Abort implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Mixin
        Said said = new Said();

        @Override
        public Integer call() throws InterruptedException {
            try (CanaryController controller = options.open()) {
                CanaryRun run = controller.abort(said.who, said.why);
                options.view().summary(run);
                return run.abortFailed() ? 1 : 0;
            }
        }
    }

    @Command(
            name = "verify",
            description =
                    "Judge the latest canary again from the log, and compare with the verdicts that were recorded.",
            footer = "%nExit codes: 0 the same verdicts, 2 others, or it could not run.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        @Override
        public Integer call() {
            try (CanaryController controller = options.open()) {
                CanaryRun run = controller
                        .latest()
                        .orElseThrow(() -> new OperatorError("There was no canary of " + options.path
                                + "; nothing can be verified before 'canary start'."));
                controller.verify(run);
                options.view().verified(run);
            }
            return 0;
        }
    }
}
