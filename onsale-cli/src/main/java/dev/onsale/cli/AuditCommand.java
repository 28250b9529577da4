package dev.onsale.cli;

import dev.onsale.audit.Audit;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.AuditReport;
import dev.onsale.audit.HtmlReport;
import dev.onsale.audit.PlainReport;
import dev.onsale.audit.PlainStory;
import dev.onsale.audit.Story;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale audit}. */
@Command(
        name = "audit",
        description =
                "Prove from the log that no seat was sold twice and nobody was charged twice: decides every command"
                        + " again and compares.",
        footer =
                "%nExit codes: 0 proven, 1 an invariant is broken (it says which, and where), 2 could not run or read all.")
final class AuditCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    StoryOptions stories = new StoryOptions();

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "Audit this folder, which onsale export has written, instead of a cluster.")
    @Nullable
    Path archive;

    @Option(names = "--event", paramLabel = "E", defaultValue = "", description = "Only this event.")
    String event = "";

    @Option(names = "--from", paramLabel = "T", description = "Report from this time on, such as 2026-12-01T10:00:00Z.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "T", description = "Report up to before this time.")
    @Nullable
    String to;

    @Mixin
    BudgetOptions budget = new BudgetOptions();

    @Option(names = "--estimate", description = "Only say how much would be read, for how long and at what cost.")
    boolean estimate;

    @Option(
            names = "--ledger",
            paramLabel = "URL|FILE",
            description =
                    "The payment gateway's own ledger, to hold against the log: such as"
                            + " http://127.0.0.1:8082/simulator/ledger. Once for each gateway, when a canary uses a second one.")
    List<String> ledgers = List.of();

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write the report as an HTML file.")
    @Nullable
    Path html;

    @Option(
            names = "--seats",
            paramLabel = "FILE",
            description = "Also write who has which seat, by which variant and event: one JSON object a line.")
    @Nullable
    Path seats;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "Keep in this folder what is done. Run again with the same folder, an audit that was stopped goes on; when it"
                            + " ends, the folder is empty.")
    @Nullable
    Path work;

    @Override
    public Integer call() {
        if (archive != null && cluster.bootstrap != null) {
            throw new OperatorError("--archive and --bootstrap are two places to read from; give one of them.");
        }
        if (estimate && html != null) {
            throw new OperatorError(
                    "--estimate reads nothing, so there is no report to write; leave out one of --estimate and --html.");
        }
        Optional<Story> story = stories.story();
        AuditOptions options = cluster.audited(AuditOptions.of(cluster.client()))
                .withEvent(event)
                .withRange(time(from, "--from"), time(to, "--to"))
                .withBudget(budget.budget(cluster))
                .withEstimateOnly(estimate)
                .withLedgers(ledgers);
        if (archive != null) {
            options = options.withArchive(archive);
        }
        if (work != null) {
            options = options.withWork(work);
        }
        AuditReport report = audit(options, story.orElseGet(Story::none));
        if (html != null) {
            write(html, HtmlReport.of(report, options));
        }
        if (story.isPresent() && !estimate) {
            System.out.print(json ? PlainStory.toJson(story.get(), report) : PlainStory.of(story.get(), report));
            return story.get().exitCode(report);
        }
        System.out.print(json ? report.toJson() + "\n" : PlainReport.of(report, options));
        return report.exitCode();
    }

    private AuditReport audit(AuditOptions options, Story story) {
        if (seats == null) {
            return audit(options, story, listener -> listener);
        }
        try (SeatsFile written = new SeatsFile(seats)) {
            return audit(options, story, written::and);
        }
    }

    private AuditReport audit(AuditOptions options, Story story, UnaryOperator<AuditListener> heard) {
        return json
                ? Audit.run(options, heard.apply(AuditListener.SILENT), story)
                : Progress.shown("audit", listener -> Audit.run(options, heard.apply(listener), story));
    }

    private static Optional<Instant> time(@Nullable String text, String option) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new OperatorError(option + " is '" + text + "' but must be a time such as 2026-12-01T10:00:00Z.", e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new OperatorError(
                    "The file " + file + " cannot be written (" + e.getMessage() + "); name another with --html.", e);
        }
    }
}
