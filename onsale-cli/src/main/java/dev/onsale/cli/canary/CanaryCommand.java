package dev.onsale.cli.canary;

import dev.onsale.release.canary.CanaryController;
import dev.onsale.release.canary.CanaryPlan;
import dev.onsale.release.canary.CanaryRun;
import dev.onsale.release.edge.Edge;
import dev.onsale.runtime.OperatorError;
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
    private static int judge(CanaryController controller, CanaryRun run, CanaryOptions options)
            throws InterruptedException {
        CanaryView view = options.view();
        String path = options.path;
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

    /** What all of them do: open the canaries of a path, and close them. */
    abstract static class OnCanary implements Callable<Integer> {

        @Mixin
        CanaryOptions options = new CanaryOptions();

        /** What gives the candidate its buyers; empty: it need not be known. */
        Optional<Edge> edge() {
            return Optional.empty();
        }

        abstract int run(CanaryController controller) throws InterruptedException;

        @Override
        public Integer call() throws InterruptedException {
            try (CanaryController controller = options.open(edge())) {
                return run(controller);
            }
        }
    }

    /** What changes a share. */
    abstract static class Steering extends OnCanary {

        @Mixin
        EdgeOptions edge = new EdgeOptions();

        @Override
        Optional<Edge> edge() {
            CanaryPlan.requirePath(options.path);
            return edge.of(options.path);
        }
    }

    @Command(name = "start", description = "Begin a canary, and judge it until it ends.", footer = JUDGED)
    static final class Start extends Steering {

        @Mixin
        Said said = new Said();

        @Mixin
        GuardRails guardRails = new GuardRails();

        @Override
        int run(CanaryController controller) throws InterruptedException {
            CanaryRun run = controller.start(guardRails.of(options.path), said.who, said.why);
            return judge(controller, run, options);
        }
    }

    @Command(name = "resume", description = "Go on judging a canary whose controller was stopped.", footer = JUDGED)
    static final class Resume extends Steering {

        @Override
        int run(CanaryController controller) throws InterruptedException {
            return judge(controller, controller.running(), options);
        }
    }

    @Command(
            name = "status",
            description = "Show the latest canary and its verdicts.",
            footer = "%nExit codes: 0 shown, 2 could not run.")
    static final class Status extends OnCanary {

        @Override
        int run(CanaryController controller) {
            controller.latest().ifPresentOrElse(options.view()::history, options.view()::none);
            return 0;
        }
    }

    @Command(
            name = "promote",
            description = "End the canary by hand: everybody gets the candidate.",
            footer = "%nExit codes: 0 promoted, 2 could not run.")
    static final class Promote extends Steering {

        @Mixin
        Said said = new Said();

        @Override
        int run(CanaryController controller) throws InterruptedException {
            options.view().summary(controller.promote(said.who, said.why));
            return 0;
        }
    }

    @Command(
            name = "abort",
            description =
                    "End the latest canary by hand, also when it was promoted: nobody gets the candidate. Then look for"
                            + " up to 30 s whether it is so.",
            footer = "%nExit codes: 0 aborted, 1 aborted but buyers still get the candidate, 2 could not run.")
    static final class Abort extends Steering {

        @Mixin
        Said said = new Said();

        @Override
        int run(CanaryController controller) throws InterruptedException {
            CanaryRun run = controller.abort(said.who, said.why);
            options.view().summary(run);
            return run.abortFailed() ? 1 : 0;
        }
    }

    @Command(
            name = "verify",
            description =
                    "Judge the latest canary again from the log, and compare with the verdicts that were recorded.",
            footer = "%nExit codes: 0 the same verdicts, 2 others, or it could not run.")
    static final class Verify extends OnCanary {

        @Override
        int run(CanaryController controller) {
            CanaryRun run = controller
                    .latest()
                    .orElseThrow(() -> new OperatorError("There was no canary of " + options.path
                            + "; nothing can be verified before 'canary start'."));
            controller.verify(run);
            options.view().verified(run);
            return 0;
        }
    }
}
