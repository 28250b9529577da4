package dev.onsale.simulator;

import dev.onsale.domain.Command;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.simulator.Step.Behaviour;
import dev.onsale.simulator.Step.Role;

/** Tells steps in words. */
final class Narrator {

    private Narrator() {}

    static String tell(Step step) {
        return switch (step) {
            case Step.Send(int partition, String section, Command command, String variant) ->
                "partition %d: %s %s%s"
                        .formatted(partition, section, tell(command), variant.equals("stable") ? "" : ", " + variant);
            case Step.Decide(int partition, Role role) -> decider(partition, role) + " decides its next command";
            case Step.Commit(int partition, Role role) -> decider(partition, role) + " commits";
            case Step.Notice(int partition, long skewMillis) ->
                decider(partition, Role.LEADER) + " looks for ended holds, its clock wrong by " + skewMillis + " ms";
            case Step.Restart(int partition) -> decider(partition, Role.LEADER) + " is killed and started again";
            case Step.Replace(int partition) -> decider(partition, Role.LEADER) + " is replaced and lives on";
            case Step.Take(int worker, PaymentKey request) -> "worker " + worker + " takes " + request;
            case Step.Call(int worker, Behaviour behaviour) ->
                "worker " + worker + " calls the gateway: " + tell(behaviour);
            case Step.CatchUp(PaymentKey request, boolean declines) ->
                "the gateway comes to " + request + " and " + (declines ? "declines" : "does") + " it";
            case Step.Report(int worker) -> "worker " + worker + " reports";
            case Step.Acknowledge(int worker) -> "worker " + worker + " acknowledges";
            case Step.Kill(int worker) -> "worker " + worker + " is killed";
            case Step.Pass(long millis) -> millis + " ms pass";
            case Step.Shift(long millis) -> "the broker's clock goes wrong by " + millis + " ms";
        };
    }

    private static String decider(int partition, Role role) {
        return "partition " + partition + ": " + (role == Role.LEADER ? "the decider" : "the replaced decider");
    }

    private static String tell(Behaviour behaviour) {
        return switch (behaviour) {
            case DONE -> "done";
            case DECLINED -> "declined";
            case DONE_UNHEARD -> "done, but the answer is lost";
            case DECLINED_UNHEARD -> "declined, but the answer is lost";
            case FAILED -> "an error, nothing is done";
            case HANGS -> "it hangs";
        };
    }

    private static String tell(Command command) {
        return switch (command) {
            case Command.OpenSection open -> "opens: " + tell(open.definition());
            case Command.Purchase p ->
                "%s asks for %s as %s"
                        .formatted(p.buyer(), p.seats().isEmpty() ? p.quantity() + " tickets" : p.seats(), p.orderId());
            case Command.PaymentReported r ->
                "%s of %s:%d is reported as %s".formatted(r.operation(), r.orderId(), r.attempt(), r.outcome());
            case Command.RetryPayment r -> r.buyer() + " tries another card for " + r.orderId();
            case Command.CancelOrder c -> c.orderId() + " is cancelled by the " + c.by();
            case Command.ExpireHolds e -> "holds may have ended: " + e.holds();
            case Command.SetSales s -> "sales are " + s.state();
            case Command.SetPayments s -> "payments are " + s.state();
            case Command.FallbackCommand f -> f + " has no place in this model";
        };
    }

    private static String tell(SectionDefinition definition) {
        String size = definition.numbered()
                ? definition.rows() + " rows of " + definition.seatsPerRow() + " seats"
                : definition.generalAdmission() + " tickets without seats";
        return size + ", at most " + definition.maxPerBuyer() + " for a buyer, held for " + definition.holdSeconds()
                + " s";
    }
}
