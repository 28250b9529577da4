package dev.onsale.release.canary;

import dev.onsale.release.canary.OpenRequests.Request;
import dev.onsale.schemas.GatewayReference;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.RetryPayment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How authorisations went, for which the buyer waits: from the decider's request to the worker's report. A decline counts as a
 * failure: cards are declined with either variant, and a variant that declines more of them is worse. So does a buyer of the
 * candidate whose payment went to the stable gateway, since some worker lacks the candidate: nothing was learnt of it.
 */
final class PaymentOutcomes implements Outcomes {

    private record Payment(String orderId, int attempt) {}

    private record Report(boolean succeeded, boolean byCandidate, long atMillis) {

        Observation of(Request request) {
            boolean asStamped = byCandidate || !request.canary();
            return succeeded && asStamped ? request.answered(atMillis) : request.failed();
        }
    }

    private final String path;
    private final long patienceMillis;
    private final Consumer<Observation> observer;
    /** Commands that ask for a payment, until it is requested. */
    private final OpenRequests asking = new OpenRequests();

    private final Map<Payment, Request> underWay = new HashMap<>();
    /** Commands are read before events, so a report may be here before its request. */
    private final Map<Payment, Report> reports = new HashMap<>();

    /** @param patienceMillis after so long without a report, a payment has failed */
    PaymentOutcomes(String path, long patienceMillis, Consumer<Observation> observer) {
        this.path = path;
        this.patienceMillis = patienceMillis;
        this.observer = observer;
    }

    @Override
    public void command(int partition, long offset, long atMillis, Command command) {
        CommandHeader header = command.getHeader();
        switch (command.getPayload()) {
            case Purchase _, RetryPayment _ ->
                asking.add(
                        partition,
                        offset,
                        new Request(
                                header.getOrderId(), header.getBuyer(), Stamps.isCandidate(command, path), atMillis));
            case PaymentReported report
            when report.getOperation() == PaymentOperation.AUTHORISE -> {
                Payment payment = new Payment(header.getOrderId(), report.getAttempt());
                boolean byCandidate = GatewayReference.isOfCandidate(report.getGatewayReference());
                reports.putIfAbsent(
                        payment, new Report(report.getOutcome() == PaymentOutcome.SUCCEEDED, byCandidate, atMillis));
                settle(payment);
            }
            default -> {
                // Nothing else asks for an authorisation or reports one.
            }
        }
    }

    @Override
    public void event(long atMillis, Event event) {
        Receipt receipt = event.getHeader().getReceipt();
        Request request = asking.decided(receipt.getPartition(), receipt.getOffset());
        if (request != null
                && event.getPayload() instanceof PaymentRequested requested
                && requested.getOperation() == PaymentOperation.AUTHORISE) {
            asking.remove(receipt.getPartition(), receipt.getOffset());
            Payment payment = new Payment(request.orderId(), requested.getAttempt());
            underWay.put(payment, new Request(request.orderId(), request.buyer(), request.canary(), atMillis));
            settle(payment);
        }
    }

    private void settle(Payment payment) {
        Request request = underWay.get(payment);
        Report report = reports.get(payment);
        if (request != null && report != null) {
            underWay.remove(payment);
            reports.remove(payment);
            observer.accept(report.of(request));
        }
    }

    @Override
    public List<Observation> unanswered(long nowMillis) {
        // A request is committed before anybody can report on it, so the request of an old report is from before the
        // canary.
        reports.values().removeIf(report -> report.atMillis() < nowMillis - patienceMillis);
        return underWay.values().stream()
                .filter(request -> request.atMillis() < nowMillis - patienceMillis)
                .map(Request::failed)
                .toList();
    }
}
