package dev.onsale.cli.fallback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.fallback.control.Access;
import dev.onsale.fallback.control.Activation;
import dev.onsale.fallback.control.GivingBack;
import dev.onsale.fallback.control.Verification;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.fallback.desk.Run;
import dev.onsale.schemas.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale fallback}: sales from PostgreSQL while the decider is down for good. */
@Command(
        name = "fallback",
        description = "Sell from PostgreSQL while the decider is down for good, and come back with a proof.",
        subcommands = {
            FallbackCommand.Verify.class,
            FallbackCommand.Status.class,
            FallbackCommand.Activate.class,
            FallbackCommand.Return.class
        })
public final class FallbackCommand {

    @Command(
            name = "status",
            description = "Whether there is a fallback, since when and why, and what it has decided.",
            footer = "%nExit codes: 0 there is none, 1 there is one, 2 it could not be said.")
    static final class Status implements Callable<Integer> {

        @Mixin
        FallbackOptions options = new FallbackOptions();

        @Override
        public Integer call() {
            return options.with(this::show);
        }

        private int show(Access access) {
            return access.database().jdbi().inTransaction(handle -> {
                Optional<Run> run = Run.current(handle);
                ObjectNode object = JsonNodeFactory.instance
                        .objectNode()
                        .put("state", run.map(Run::state).map(Enum::name).orElse("NONE"));
                if (run.isEmpty()) {
                    options.result(object, "There is no fallback: sales are decided by inventory-stream.");
                    return 0;
                }
                long decisions = Journal.size(handle, run.get().epoch());
                long payments = Journal.payments(handle);
                object.put("epoch", run.get().epoch())
                        .put("by", run.get().by())
                        .put("why", run.get().why())
                        .put("since", run.get().since().toString())
                        .put("decisions", decisions)
                        .put("paymentsUnderWay", payments);
                options.result(
                        object,
                        String.format(
                                Locale.ROOT,
                                "%s: %s; %,d decisions, %,d payments under way.",
                                run.get().state(),
                                run.get(),
                                decisions,
                                payments));
                return 1;
            });
        }
    }

    @Command(
            name = "verify",
            description =
                    "Decide the whole log once more and compare PostgreSQL with it, row by row: a fallback would begin with"
                            + " that. Sales may go on meanwhile.",
            footer = "%nExit codes: 0 they are equal, 1 they are not, 2 it could not run.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        FallbackOptions options = new FallbackOptions();

        @Override
        public Integer call() {
            options.cluster
                    .budget()
                    .requireEnough("The verification", options.cluster.client(), List.of(Topics.COMMANDS.name()));
            Verification.Done done = options.with(Verification::run);
            ObjectNode object = JsonNodeFactory.instance
                    .objectNode()
                    .put("equal", done.differences().isEmpty())
                    .put("sections", done.sections())
                    .put("rows", done.rows())
                    .put("commands", done.commands())
                    .put("seconds", done.took().toMillis() / 1e3);
            done.differences().forEach(object.withArray("differences")::add);
            String told = done.differences().isEmpty()
                    ? "PostgreSQL has what the log says."
                    : String.join(System.lineSeparator(), done.differences())
                            + System.lineSeparator()
                            + "PostgreSQL does NOT have what the log says: prove the log with ./onsale"
                            + " audit, then drop the schema exported and let the exporter begin anew.";
            options.result(
                    object,
                    String.format(
                            Locale.ROOT,
                            "%,d commands decided again, %,d rows of %,d sections compared, %.1f s. %s",
                            done.commands(),
                            done.rows(),
                            done.sections(),
                            done.took().toMillis() / 1e3,
                            told));
            return done.differences().isEmpty() ? 0 : 1;
        }
    }

    @Command(
            name = "activate",
            description =
                    "Fence the decider, decide what it left over, and sell from PostgreSQL from then on. A partition of"
                            + " which it is not proven what was sold last is withheld.",
            footer = "%nExit codes: 0 sales go on from PostgreSQL, 2 they do not.")
    static final class Activate implements Callable<Integer> {

        @Mixin
        FallbackOptions options = new FallbackOptions();

        @Option(names = "--who", paramLabel = "NAME", description = "Who does so. Default: your user name.")
        String who = System.getProperty("user.name", "");

        @Option(names = "--why", paramLabel = "REASON", required = true, description = "Why; it is kept for ever.")
        String why = "";

        @Option(
                names = "--even-if-alive",
                description = "Also when the decider seems to be alive: it hangs, or it decides wrongly.")
        boolean evenIfAlive;

        @Override
        public Integer call() {
            Activation.Done done = options.with(
                    access -> Waiting.on(() -> Activation.run(access, who, why, evenIfAlive, options::progress)));
            ObjectNode object = JsonNodeFactory.instance
                    .objectNode()
                    .put("epoch", done.run().epoch())
                    .put("sections", done.sections())
                    .put("seats", done.seats())
                    .put("withheldSeats", done.withheldSeats())
                    .put("backlog", done.backlog())
                    .put("payments", done.payments())
                    .put("seconds", done.took().toMillis() / 1e3);
            ObjectNode withheld = object.putObject("withheld");
            done.withheld().forEach((partition, reason) -> withheld.put(Integer.toString(partition), reason));
            options.result(
                    object,
                    String.format(
                            Locale.ROOT,
                            "Sales go on from PostgreSQL after %.1f s: %,d sections, %,d free seats; %,d seats are withheld."
                                    + " To come back run ./onsale fallback return.",
                            done.took().toMillis() / 1e3,
                            done.sections(),
                            done.seats(),
                            done.withheldSeats()));
            return 0;
        }
    }

    @Command(
            name = "return",
            description =
                    "Send everything that was decided in PostgreSQL to the decider, which must run again, and let it"
                            + " decide from then on. May be run again after any failure.",
            footer = "%nExit codes: 0 sales are decided by inventory-stream again, 2 they are not.")
    static final class Return implements Callable<Integer> {

        @Mixin
        FallbackOptions options = new FallbackOptions();

        @Override
        public Integer call() {
            GivingBack.Done done = options.with(access -> Waiting.on(() -> GivingBack.run(access, options::progress)));
            options.result(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("epoch", done.run().epoch())
                            .put("decisions", done.decisions())
                            .put("sentAgain", done.sentAgain())
                            .put("seconds", done.took().toMillis() / 1e3),
                    String.format(
                            Locale.ROOT,
                            "Sales are decided by inventory-stream again: it has adopted %,d decisions in %.1f s, and %,d"
                                    + " commands that were sent to the log meanwhile are sent again. Prove it with ./onsale"
                                    + " audit.",
                            done.decisions(),
                            done.took().toMillis() / 1e3,
                            done.sentAgain()));
            return 0;
        }
    }
}
