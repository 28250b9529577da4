package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onsale dead-letters}. */
@Command(
        name = "dead-letters",
        description = "Records that could not be taken: see what is wrong with them, send them again, or drop them.",
        subcommands = {
            DeadLettersCommand.ListOpen.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Resend.class,
            DeadLettersCommand.Drop.class
        })
public final class DeadLettersCommand {

    private static final String EXIT_CODES = "%nExit codes: 0 done, 2 not done.";

    @Command(name = "list", description = "Show those that are neither repaired nor dropped.", footer = EXIT_CODES)
    static final class ListOpen implements Callable<Integer> {

        @Mixin
        ClusterOptions cluster = new ClusterOptions();

        @Option(names = "--all", description = "The others, too: who repaired or dropped them, when and why.")
        boolean all;

        @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
        boolean json;

        @Override
        public Integer call() {
            try (LetterBox box = LetterBox.open(cluster)) {
                List<Letter> shown = box.letters().stream()
                        .filter(letter -> all || box.ending(letter).isEmpty())
                        .toList();
                for (Letter letter : shown) {
                    Decoded decoded = box.decoded(letter);
                    System.out.println(
                            json
                                    ? summary(letter, decoded, box.ending(letter))
                                    : line(letter, decoded, box.ending(letter)));
                }
                if (shown.isEmpty() && !json) {
                    System.out.println(all ? "There is no dead letter." : "No dead letter is open.");
                }
            }
            return 0;
        }

        private static String line(Letter letter, Decoded decoded, Optional<Ending> ending) {
            return printable("%-27s  %-24s  %-15s  %-15s  %s  %s  %s"
                    .formatted(
                            letter.id(),
                            letter.at(),
                            letter.problem(),
                            decoded.kind(),
                            decoded.section(),
                            decoded.order(),
                            ending.map(Ending::toString).orElse(""))
                    .stripTrailing());
        }
    }

    @Command(
            name = "show",
            description =
                    "Show one: what can be read of it, what is wrong, and what mends that. Payment tokens are not shown.",
            footer = EXIT_CODES)
    static final class Show implements Callable<Integer> {

        @Mixin
        ClusterOptions cluster = new ClusterOptions();

        @Parameters(paramLabel = "ID", description = "Such as onsale.commands/2/1234, as list shows it.")
        String id = "";

        @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
        boolean json;

        @Override
        public Integer call() {
            try (LetterBox box = LetterBox.open(cluster)) {
                Letter letter = box.require(id);
                Decoded decoded = box.decoded(letter);
                Optional<Ending> ending = box.ending(letter);
                if (json) {
                    ObjectNode shown = summary(letter, decoded, ending);
                    shown.put("detail", letter.detail())
                            .put("mend", letter.mend())
                            .put("key", key(letter));
                    shown.set("value", decoded.json());
                    System.out.println(shown);
                } else {
                    say("id", letter.id());
                    say("written", letter.at().toString());
                    say("problem", letter.problem() + ": " + letter.detail());
                    say("mend", letter.mend());
                    say("key", Optional.ofNullable(key(letter)).orElse("none"));
                    say("state", ending.map(Ending::toString).orElse("open"));
                    decoded.json()
                            .toPrettyString()
                            .lines()
                            .map(DeadLettersCommand::printable)
                            .forEach(System.out::println);
                }
            }
            return 0;
        }

        private static @Nullable String key(Letter letter) {
            byte @Nullable [] key = letter.key();
            return key == null ? null : new String(key, UTF_8);
        }

        private static void say(String name, String text) {
            System.out.println(printable("%-8s %s".formatted(name, text)));
        }
    }

    /** What ends a dead letter, which has an author and a reason. */
    abstract static class End implements Callable<Integer> {

        @Mixin
        ClusterOptions cluster = new ClusterOptions();

        @Parameters(paramLabel = "ID", description = "Such as onsale.commands/2/1234, as list shows it.")
        String id = "";

        @Option(names = "--who", paramLabel = "NAME", description = "Who does it. Default: your user name.")
        String who = System.getProperty("user.name", "");

        /** @return what was done */
        abstract String end(LetterBox box, Letter letter);

        @Override
        public Integer call() {
            try (LetterBox box = LetterBox.open(cluster)) {
                System.out.println(printable(end(box, box.require(id))));
            }
            return 0;
        }
    }

    @Command(
            name = "repair",
            description =
                    "Send one again as it is, under its own request id, to where it belongs. What was decided or paid before is not"
                            + " decided or paid again.",
            footer = EXIT_CODES)
    static final class Resend extends End {

        @Option(
                names = "--why",
                paramLabel = "REASON",
                description = "Why; it is kept for ever. Default: the problem it had.")
        @Nullable
        String why;

        @Option(names = "--again", description = "Also when it was repaired or dropped before.")
        boolean again;

        @Override
        String end(LetterBox box, Letter letter) {
            box.ending(letter).filter(_ -> !again).ifPresent(ending -> {
                throw new OperatorError("The dead letter " + letter.id() + " was already " + ending
                        + "; give --again to send it all the same.");
            });
            String topic = box.repair(letter, who, why == null ? letter.problem() + ": " + letter.detail() : why);
            return "The record of " + letter.id() + " is sent to " + topic + " again.";
        }
    }

    @Command(
            name = "drop",
            description = "Say that nothing is to be done about one. Nothing is sent, nothing is deleted.",
            footer = EXIT_CODES)
    static final class Drop extends End {

        @Option(names = "--why", paramLabel = "REASON", required = true, description = "Why; it is kept for ever.")
        String why = "";

        @Override
        String end(LetterBox box, Letter letter) {
            box.ending(letter).ifPresent(ending -> {
                throw new OperatorError("The dead letter " + letter.id() + " was already " + ending
                        + "; there is nothing left to drop.");
            });
            box.drop(letter, who, why);
            return "The dead letter " + letter.id() + " is dropped.";
        }
    }

    private static ObjectNode summary(Letter letter, Decoded decoded, Optional<Ending> ending) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", letter.id())
                .put("at", letter.at().toString())
                .put("problem", letter.problem())
                .put("kind", decoded.kind())
                .put("section", decoded.section())
                .put("order", decoded.order());
        ending.ifPresent(end -> json.set("ended", end.toJson()));
        return json;
    }

    /** Anybody may have written what is shown, and a terminal obeys control characters. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
