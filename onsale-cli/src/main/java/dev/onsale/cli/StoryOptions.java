package dev.onsale.cli;

import dev.onsale.audit.Story;
import dev.onsale.runtime.OperatorError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose whole story to tell. */
final class StoryOptions {

    @Option(
            names = "--order",
            paramLabel = "ID",
            description = "Tell the whole story of this order, and whether anything is wrong with it.")
    @Nullable
    String order;

    @Option(
            names = "--seat",
            paramLabel = "S/A-1",
            description =
                    "Tell the whole story of this seat, section and name, and of every order that had it. With --event when"
                            + " several events have such a section.")
    @Nullable
    String seat;

    /** @throws OperatorError when both are asked for, or the seat is none */
    Optional<Story> story() {
        if (order != null && seat != null) {
            throw new OperatorError("--order and --seat each tell a story; ask for one of them at a time.");
        }
        if (order != null) {
            if (order.isBlank()) {
                throw new OperatorError("--order is empty; give the id that the order was answered with.");
            }
            return Optional.of(Story.ofOrder(order));
        }
        if (seat == null) {
            return Optional.empty();
        }
        String[] parts = seat.split("/", -1);
        if (parts.length != 2) {
            throw new OperatorError("--seat is '" + seat + "' but must be a section and a seat, such as A/B-12.");
        }
        return Optional.of(Story.ofSeat(parts[0], parts[1]));
    }
}
