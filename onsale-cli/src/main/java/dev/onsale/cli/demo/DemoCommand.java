package dev.onsale.cli.demo;

import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.Stage;
import java.util.Map;
import java.util.concurrent.Callable;
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
    public Integer call() throws InterruptedException {
        return Stage.run(
                System.out,
                Map.of(),
                scene -> {
                    try (BoxOffice boxOffice = BoxOffice.of(scene.stack())) {
                        Demo demo = new Demo(scene.story(), boxOffice);
                        demo.openEvents();
                        demo.sellOut();
                        demo.declineThenOtherCard();
                        demo.droppedResponse();
                        demo.unpaidHoldExpires();
                        demo.compareBooks();
                    }
                },
                "Nothing was sold twice, nobody was charged twice, and the log proves it.");
    }
}
