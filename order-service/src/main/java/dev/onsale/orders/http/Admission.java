package dev.onsale.orders.http;

import dev.onsale.orders.log.Queue;
import dev.onsale.orders.log.QueueBounds;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Sections;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.SalesState;
import java.util.Optional;

/**
 * Whether new purchases are taken. A repeated one is never asked about: it gets the answer of the first, whatever has been
 * switched off since.
 */
final class Admission {

    private static final int AGAIN_SECONDS = 5;

    private final Queue queue;
    private final OrderView view;
    private final Sections sections;
    private final KillSwitches switches;
    private final QueueBounds bounds;

    Admission(Queue queue, OrderView view, Sections sections, KillSwitches switches, QueueBounds bounds) {
        this.queue = queue;
        this.view = view;
        this.sections = sections;
        this.switches = switches;
        this.bounds = bounds;
    }

    /** @throws Problem 503, naming the kill switch if it is one, when no purchase is taken now */
    void require(SectionKey section) {
        requireOpen(section);
        requireRoom(section);
    }

    /** The same where nobody queues. */
    void requireOpen(SectionKey section) {
        Optional<String> killed = switches.salesKilled(section.eventId());
        if (killed.isPresent()) {
            throw killed(killed.get(), "Sales are stopped");
        }
        if (sections.find(section)
                .filter(s -> s.sales().equals(SalesState.PAUSED.name()))
                .isPresent()) {
            throw Problem.tryAgain(
                    "sales-paused",
                    "Sales are paused",
                    "The organizer has paused the sales of " + section + "; send the same call again later.",
                    AGAIN_SECONDS);
        }
    }

    private void requireRoom(SectionKey section) {
        int partition = section.partition(queue.partitions());
        long waiting = Math.max(queue.length(partition), view.inFlight().size());
        if (waiting >= bounds.length() || queue.expectedWait(partition).compareTo(bounds.longestWait()) > 0) {
            throw Problem.tryAgain(
                    "queue-full",
                    "Too many purchases wait",
                    "The queue of " + section + " is as long as it may be; send the same call again later.",
                    AGAIN_SECONDS);
        }
        if (waiting >= bounds.lengthWhileKilled() && switches.killed(KnownFlag.ADMISSION)) {
            throw killed(KnownFlag.ADMISSION.flag(), "Purchases are taken more slowly");
        }
    }

    private Problem killed(String flag, String title) {
        switches.refused(flag);
        return Problem.tryAgain(
                "switched-off",
                title,
                "The kill switch " + flag + " is off; send the same call again later.",
                AGAIN_SECONDS);
    }
}
