package dev.onsale.audit;

import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.FallbackEntered;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.LeaveFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentDeclined;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentSettled;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SectionOpened;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.util.List;

/** What records say, in words. Money is in minor units; means of payment are not told. */
final class Words {

    private Words() {}

    static String of(Command command) {
        CommandHeader header = command.getHeader();
        String stamps = header.getVariants().isEmpty() ? "" : ", stamped " + header.getVariants();
        return switch (command.getPayload()) {
            case Purchase purchase ->
                header.getBuyer() + " asks for " + tickets(purchase.getSeats(), purchase.getQuantity()) + " by request "
                        + header.getRequestId() + stamps;
            case PaymentReported report ->
                "the payment worker reports that " + report.getOperation() + " of attempt " + report.getAttempt()
                        + " ended as " + report.getOutcome() + ", amount " + report.getAmount()
                        + because(report.getReason()) + ", at the gateway " + report.getGatewayReference();
            case RetryPayment _ -> header.getBuyer() + " offers another means of payment";
            case CancelOrder cancel -> cancel.getBy() + " cancels the order" + because(cancel.getNote());
            case ExpireHolds expiry ->
                "the clock of holds finds " + expiry.getHolds().size() + " holds due";
            case SetSales sales -> "sales are to be " + sales.getState() + because(sales.getNote());
            case SetPayments payments -> "payments are to be " + payments.getState() + because(payments.getNote());
            case EnterFallback enter -> "fallback " + enter.getEpoch() + " decides the section from here on";
            case LeaveFallback leave -> "fallback " + leave.getEpoch() + " gives the section back";
            case OpenSection open -> "the organizer puts the section on sale: " + size(open.getDefinition());
            case Object other -> other.toString();
        };
    }

    static String of(Event event) {
        return switch (event.getPayload()) {
            case SectionOpened opened -> "on sale: " + size(opened.getDefinition());
            case SeatsHeld held ->
                "held: " + tickets(held.getSeats(), held.getQuantity()) + " for " + held.getTotal() + " until "
                        + held.getHoldEndsAt();
            case PurchaseRejected rejected ->
                "refused: " + rejected.getReason()
                        + (rejected.getSeats().isEmpty() ? "" : " " + String.join(", ", rejected.getSeats()));
            case PaymentRequested requested ->
                "the gateway is to " + requested.getOperation() + " " + requested.getAmount() + ", attempt "
                        + requested.getAttempt();
            case PaymentDeclined declined ->
                declined.getOperation() + " of attempt " + declined.getAttempt() + " was declined"
                        + because(declined.getReason());
            case PaymentSettled settled ->
                settled.getOperation() + " of attempt " + settled.getAttempt() + " is settled with "
                        + settled.getAmount();
            case SeatsSold sold -> "sold: " + tickets(sold.getSeats(), sold.getQuantity()) + " for " + sold.getTotal();
            case HoldExpired expired ->
                "the hold has ended unpaid; free again: " + tickets(expired.getSeats(), expired.getQuantity());
            case HoldCancelled cancelled ->
                "the hold is given up by " + cancelled.getBy() + "; free again: "
                        + tickets(cancelled.getSeats(), cancelled.getQuantity());
            case SeatsRetaken retaken ->
                "paid late, and still free; held again: " + tickets(retaken.getSeats(), retaken.getQuantity());
            case OrderRefunded refunded ->
                "the sale is undone" + because(refunded.getReason()) + "; free again: "
                        + tickets(refunded.getSeats(), refunded.getQuantity());
            case SalesStateChanged sales -> "sales are " + sales.getState() + because(sales.getNote());
            case PaymentsStateChanged payments -> "payments are " + payments.getState() + because(payments.getNote());
            case FallbackEntered entered -> "decided by fallback " + entered.getEpoch() + " from here on";
            case FallbackLeft left -> "given back by fallback " + left.getEpoch();
            case CommandRejected rejected -> "refused: " + rejected.getReason() + "; nothing changed";
            case Object other -> other.toString();
        };
    }

    static String of(PaymentRequest request) {
        return "asked of the gateway: " + request.getOperation() + " " + request.getAmount() + " "
                + request.getCurrency() + ", attempt " + request.getAttempt() + ", under the key "
                + request.getIdempotencyKey();
    }

    static String of(OrderStatus status) {
        return "the buyer is told: " + status.getState() + ", "
                + tickets(status.getSeats(), status.getQuantity()) + " for " + status.getTotal() + " "
                + status.getCurrency() + ", payment " + status.getPayment() + because(status.getReason());
    }

    /** An entry of a gateway's ledger. */
    static String ofEffect(String operation, long amount, String currency, String key, String outcome) {
        return "the gateway's ledger: " + operation + " of " + amount + " " + currency + " " + outcome
                + ", under the key " + key;
    }

    private static String tickets(List<String> seats, int quantity) {
        return seats.isEmpty() ? quantity + (quantity == 1 ? " ticket" : " tickets") : String.join(", ", seats);
    }

    private static String size(SectionDefinition definition) {
        String places = definition.getRows() > 0
                ? definition.getRows() + " rows of " + definition.getSeatsPerRow() + " seats"
                : definition.getCapacity() + " places";
        return places + " at " + definition.getPrice() + " " + definition.getCurrency();
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
