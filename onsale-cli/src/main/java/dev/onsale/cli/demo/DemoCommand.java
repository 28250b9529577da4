package dev.onsale.cli.demo;

import dev.onsale.audit.AuditReport;
import dev.onsale.cli.Auditor;
import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.embedded.StackOptions;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code onsale demo}. */
@Command(
        name = "demo",
        description =
                "The whole story in half a minute: starts everything on free ports and in a temporary folder, opens an"
                        + " event, sells it out to rival buyers, audits it, and leaves nothing behind.",
        footer = "%nExit codes: 0 everything was as it must be, 1 something was not, 2 could not run.")
public final class DemoCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Story story = new Story(System.out);
        AtomicReference<@Nullable Stack> running = new AtomicReference<>();
        TemporaryFolder folder = TemporaryFolder.create();
        // Also on Ctrl-C nothing is left behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(running, folder), "clean-up"));
        try {
            tell(story, folder, running);
            return 0;
        } catch (StoryEndedException e) {
            System.out.println("   ✗ " + e.getMessage());
            System.err.println("onsale: The demo failed: " + e.getMessage());
            return 1;
        } finally {
            cleanUp(running, folder);
        }
    }

    private static void tell(Story story, TemporaryFolder folder, AtomicReference<@Nullable Stack> running) {
        story.step("Start a Kafka broker and all services in this process, in " + folder.path() + ".");
        Stack stack = Stack.start(
                new StackOptions(folder.path(), 0, 0, 0, 0, OptionalInt.empty(), Map.of()),
                () -> System.err.println("onsale: A part of the demo failed for good."));
        running.set(stack);
        story.tell("Ready: " + stack.addresses() + ".");
        try (BoxOffice boxOffice = new BoxOffice(stack.url(), stack.adminUrl(), stack.gatewayUrl())) {
            Demo demo = new Demo(story, boxOffice);
            demo.openEvents();
            demo.sellOut();
            demo.declineThenOtherCard();
            demo.droppedResponse();
            demo.unpaidHoldExpires();
            demo.compareBooks();
            story.step("Audit: read the log from its start, decide every command again, and compare.");
            AuditReport report =
                    Auditor.audit(stack.bootstrapServers(), stack.gatewayUrl() + "/simulator/ledger", story::tell);
            story.check(report.proven(), "proven from the log, and the gateway's books agree with it");
        }
        story.step("Stop everything and delete the folder.");
        cleanUp(running, folder);
        story.check(!java.nio.file.Files.exists(folder.path()), "nothing is left behind");
        story.end("Nothing was sold twice, nobody was charged twice, and the log proves it.");
    }

    private static synchronized void cleanUp(AtomicReference<@Nullable Stack> running, TemporaryFolder folder) {
        Stack stack = running.getAndSet(null);
        if (stack != null) {
            stack.close();
        }
        folder.close();
    }
}
