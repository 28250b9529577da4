package dev.onsale.cli.story;

import dev.onsale.audit.AuditReport;
import dev.onsale.cli.Auditor;
import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.embedded.StackOptions;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a story needs, on free ports and in a temporary folder. Nothing of it is left behind, also when the story fails
 * or is interrupted by Ctrl-C.
 */
public final class Stage {

    /**
     * What a play may use.
     *
     * @param folder for what else it starts
     */
    public record Scene(Story story, Stack stack, Path folder) {}

    /** What happens on the stage. */
    @FunctionalInterface
    public interface Play {

        /** @throws StoryEndedException when something is not as it must be */
        void perform(Scene scene) throws InterruptedException;
    }

    private final Story story;
    private final Map<String, String> settings;
    private final TemporaryFolder folder = TemporaryFolder.create();
    private @Nullable Stack stack;

    private Stage(Story story, Map<String, String> settings) {
        this.story = story;
        this.settings = settings;
    }

    /**
     * Starts everything, plays, audits, and stops everything.
     *
     * @param settings of the services, as {@link StackOptions} takes them
     * @param moral what is shown once all was as it must be
     * @return the exit code: 0, or 1 when something was not as it must be
     */
    public static int run(PrintStream out, Map<String, String> settings, Play play, String moral)
            throws InterruptedException {
        Stage stage = new Stage(new Story(out), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "clean-up"));
        try {
            stage.play(play);
            stage.story.end(moral);
            return 0;
        } catch (StoryEndedException e) {
            out.println("   ✗ " + e.getMessage());
            System.err.println("onsale: It failed: " + e.getMessage());
            return 1;
        } finally {
            stage.close();
        }
    }

    private void play(Play play) throws InterruptedException {
        story.step("Start a Kafka broker and all services in this process, in " + folder.path() + ".");
        Stack started = Stack.start(
                new StackOptions(folder.path(), 0, 0, 0, 0, OptionalInt.empty(), settings),
                () -> System.err.println("onsale: A part failed for good."));
        stack = started;
        story.tell("Ready: " + started.addresses() + ".");
        play.perform(new Scene(story, started, folder.path()));
        story.step("Audit: read the log from its start, decide every command again, and compare.");
        AuditReport report =
                Auditor.audit(started.bootstrapServers(), started.gatewayUrl() + "/simulator/ledger", story::tell);
        story.check(report.proven(), "proven from the log, and the gateway's books agree with it");
        story.step("Stop everything and delete the folder.");
        close();
        story.check(!Files.exists(folder.path()), "nothing is left behind");
    }

    private synchronized void close() {
        if (stack != null) {
            stack.close();
            stack = null;
        }
        folder.close();
    }
}
