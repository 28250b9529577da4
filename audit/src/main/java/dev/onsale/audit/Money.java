package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.OrderFacts.Operation;
import dev.onsale.audit.OrderFacts.Outcome;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentSettled;
import java.util.ArrayList;
import java.util.List;

/** What was asked of the gateway and what it reported, order by order: invariant 3. */
final class Money {

    private final Findings findings;

    Money(Findings findings) {
        this.findings = findings;
    }

    void asked(LogRecord command, Logged logged, OrderFacts facts, PaymentRequested requested) {
        Operation operation = facts.of(requested.getOperation(), requested.getAttempt());
        if (operation.askedEvent >= 0) {
            once(
                    command,
                    logged.orderId(),
                    facts,
                    requested.getOperation() + " of attempt " + requested.getAttempt() + " is asked for twice.",
                    new Receipt(logged.message().topic(), logged.message().partition(), operation.askedEvent),
                    logged.receipt());
            return;
        }
        operation.askedEvent = logged.message().offset();
        operation.amount = requested.getAmount();
        if (requested.getAmount() != facts.total && facts.answeredEvent >= 0) {
            once(
                    command,
                    logged.orderId(),
                    facts,
                    requested.getOperation() + " is asked for " + requested.getAmount() + ", the tickets cost "
                            + facts.total + ".",
                    command.receipt(),
                    logged.receipt());
        }
    }

    void reportedForNobody(LogRecord command, String orderId, PaymentReported report) {
        if (report.getOperation() == PaymentOperation.CAPTURE && report.getOutcome() == PaymentOutcome.SUCCEEDED) {
            findings.violation(
                    3,
                    command.atMillis(),
                    orderId,
                    "Money was captured for an order that this section never answered.",
                    command.receipt());
        }
    }

    /** A report may come several times; what counts is the operation, not how often it is told. */
    void reported(LogRecord command, String orderId, OrderFacts facts, String currency, PaymentReported report) {
        boolean succeeded = report.getOutcome() == PaymentOutcome.SUCCEEDED;
        boolean asked = facts.find(report.getOperation(), report.getAttempt())
                .map(each -> each.askedEvent >= 0)
                .orElse(false);
        boolean moves =
                report.getOperation() == PaymentOperation.CAPTURE || report.getOperation() == PaymentOperation.REFUND;
        if (!asked && !(moves && succeeded)) {
            return;
        }
        Operation operation = facts.of(report.getOperation(), report.getAttempt());
        if (operation.outcome == Outcome.SUCCEEDED) {
            repeated(command, orderId, facts, operation, report, moves && succeeded);
            return;
        }
        operation.outcome = succeeded ? Outcome.SUCCEEDED : Outcome.REFUSED;
        operation.reportedCommand = command.offset();
        operation.reportedAmount = report.getAmount();
        if (!moves || !succeeded) {
            return;
        }
        boolean capture = report.getOperation() == PaymentOperation.CAPTURE;
        findings.money(
                command.atMillis(), currency, capture ? report.getAmount() : 0, capture ? 0 : report.getAmount());
        if (facts.succeeded(PaymentOperation.CAPTURE).size()
                        - facts.succeeded(PaymentOperation.REFUND).size()
                > 1) {
            once(
                    command,
                    orderId,
                    facts,
                    "Money was captured more than once and not refunded.",
                    reports(command.partition(), facts).toArray(Receipt[]::new));
        } else if (!asked) {
            String what = report.getOperation() + " of attempt " + report.getAttempt();
            once(command, orderId, facts, what + " took place, but was never asked for.", command.receipt());
        } else if (report.getAmount() != operation.amount) {
            once(
                    command,
                    orderId,
                    facts,
                    report.getOperation() + " of " + report.getAmount() + " took place, asked for was "
                            + operation.amount + ".",
                    new Receipt(Topics.EVENTS.name(), command.partition(), operation.askedEvent),
                    command.receipt());
        }
    }

    private void repeated(
            LogRecord command,
            String orderId,
            OrderFacts facts,
            Operation operation,
            PaymentReported report,
            boolean moves) {
        if (moves && report.getAmount() != operation.reportedAmount) {
            once(
                    command,
                    orderId,
                    facts,
                    report.getOperation() + " is reported with two amounts, " + operation.reportedAmount + " and "
                            + report.getAmount() + ".",
                    new Receipt(Topics.COMMANDS.name(), command.partition(), operation.reportedCommand),
                    command.receipt());
        }
    }

    void settled(LogRecord command, Logged logged, OrderFacts facts, PaymentSettled settled) {
        boolean reported = facts.find(settled.getOperation(), settled.getAttempt())
                .map(each -> each.outcome == Outcome.SUCCEEDED)
                .orElse(false);
        if (!reported && facts.answeredEvent >= 0) {
            once(
                    command,
                    logged.orderId(),
                    facts,
                    settled.getOperation() + " is settled without a report that it succeeded.",
                    command.receipt(),
                    logged.receipt());
        }
    }

    /** Whether the money of an order is as it must be, when all that was reported is known. */
    void end(int partition, String orderId, OrderFacts facts) {
        long net = facts.captured() - facts.refunded();
        long owed = facts.state == OrderFacts.State.SOLD ? facts.total : 0;
        boolean comes = net < owed && net == 0 && facts.pending(PaymentOperation.CAPTURE);
        boolean goes = net > owed && facts.pending(PaymentOperation.REFUND);
        if (net == owed || comes || goes || facts.state == OrderFacts.State.UNANSWERED || !facts.breaks(3)) {
            return;
        }
        List<Receipt> receipts = new ArrayList<>(reports(partition, facts));
        receipts.addFirst(new Receipt(Topics.EVENTS.name(), partition, facts.answeredEvent));
        receipts.add(new Receipt(Topics.COMMANDS.name(), partition, facts.lastCommand));
        findings.violation(
                3,
                facts.lastMillis,
                orderId,
                "",
                "Captured are " + facts.captured() + " and refunded " + facts.refunded() + ", but its tickets cost "
                        + owed + " and nothing is under way that would mend it.",
                receipts.stream().distinct().toList());
    }

    private static List<Receipt> reports(int partition, OrderFacts facts) {
        return facts.operations.stream()
                .filter(each -> each.outcome == Outcome.SUCCEEDED)
                .filter(each -> each.operation == PaymentOperation.CAPTURE || each.operation == PaymentOperation.REFUND)
                .map(each -> new Receipt(Topics.COMMANDS.name(), partition, each.reportedCommand))
                .toList();
    }

    private void once(LogRecord command, String orderId, OrderFacts facts, String explanation, Receipt... receipts) {
        if (facts.breaks(3)) {
            findings.violation(3, command.atMillis(), orderId, explanation, receipts);
        }
    }
}
