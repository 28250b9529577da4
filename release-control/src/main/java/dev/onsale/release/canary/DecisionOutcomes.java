package dev.onsale.release.canary;

import dev.onsale.release.canary.OpenRequests.Request;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SeatsHeld;
import java.util.List;
import java.util.function.Consumer;

/** How purchases were decided: answered once they hold seats or are refused, which is no failure. */
final class DecisionOutcomes implements Outcomes {

    private final String path;
    private final long patienceMillis;
    private final Consumer<Observation> observer;
    private final OpenRequests open = new OpenRequests();

    /**
     * @param path the code path whose stamp tells the variants apart
     * @param patienceMillis after so long without a decision, a purchase has failed
     */
    DecisionOutcomes(String path, long patienceMillis, Consumer<Observation> observer) {
        this.path = path;
        this.patienceMillis = patienceMillis;
        this.observer = observer;
    }

    @Override
    public void command(int partition, long offset, long atMillis, Command command) {
        if (command.getPayload() instanceof Purchase && Stamps.concerns(command, path)) {
            CommandHeader header = command.getHeader();
            open.add(
                    partition,
                    offset,
                    new Request(header.getOrderId(), header.getBuyer(), Stamps.isCandidate(command, path), atMillis));
        }
    }

    @Override
    public void event(long atMillis, Event event) {
        Receipt receipt = event.getHeader().getReceipt();
        Request request = open.decided(receipt.getPartition(), receipt.getOffset());
        boolean answer = event.getPayload() instanceof SeatsHeld || event.getPayload() instanceof PurchaseRejected;
        if (request != null && answer) {
            open.remove(receipt.getPartition(), receipt.getOffset());
            observer.accept(request.answered(atMillis));
        }
    }

    @Override
    public List<Observation> unanswered(long nowMillis) {
        return open.olderThan(nowMillis - patienceMillis).map(Request::failed).toList();
    }
}
