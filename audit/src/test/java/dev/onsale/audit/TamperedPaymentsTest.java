package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is changed in payment requests and in what gateways reported is found. */
class TamperedPaymentsTest extends SmallSale {

    @Test
    void secondCapture_isFound_thoughTheDeciderRefusedItsReport() {
        sale.report(
                A, ada, new PaymentReported(2, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, "", "pi_2", 9000L));

        AuditReport report = sale.audit();

        assertEquals(ada, only(3, report, command(5), command(9)).orderId());
        invariants(report, 3);
    }

    @Test
    void repeatedReport_isNoSecondCapture() {
        sale.report(
                A, ada, new PaymentReported(1, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, "", "pi_1", 9000L));

        assertEquals(List.of(), sale.audit().violations());
    }

    @Test
    void doubledPaymentRequest_isFound() {
        sale.log.partition(PAYMENTS, 0).add(sale.log.partition(PAYMENTS, 0).get(1));

        AuditReport report = sale.audit();

        only(3, report, new Receipt(PAYMENTS, 0, 1), new Receipt(PAYMENTS, 0, 6));
        invariants(report, 3);
    }

    /** As {@code onsale dead-letters repair} does: the copy, and an entry in the release log. */
    private void repair(Entry request) {
        sale.log.partition(PAYMENTS, 0).add(request);
        String key = Sale.CODECS.payments().readOwn(request.bytes()).getIdempotencyKey();
        String entry = "{\"kind\":\"dead-letter\",\"decision\":\"REPAIRED\",\"payment\":\"" + key + "\"}";
        sale.log.append(Topics.RELEASE_LOG, 0, sale.nowMillis, "id", entry.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void repairedPaymentRequest_isNoSecondOne_asOftenAsItWasRepaired() {
        Entry asked = sale.log.partition(PAYMENTS, 0).get(1);
        repair(asked);
        repair(asked);

        assertEquals(List.of(), sale.audit().violations());

        sale.log.partition(PAYMENTS, 0).add(asked);
        only(3, sale.audit(), new Receipt(PAYMENTS, 0, 1), new Receipt(PAYMENTS, 0, 8));
    }

    @Test
    void repairedPaymentRequest_isFound_whenItIsAnother() {
        Entry real = sale.log.partition(PAYMENTS, 0).get(1);
        PaymentRequest dearer = Sale.CODECS.payments().readOwn(real.bytes());
        dearer.setAmount(dearer.getAmount() + 1);
        repair(Entry.of(real.atMillis(), real.key(), Sale.CODECS.payments().write(dearer)));

        only(3, sale.audit(), new Receipt(PAYMENTS, 0, 1), new Receipt(PAYMENTS, 0, 6));
    }

    @Test
    void refusedRefund_isFound_sinceTheBuyerPaidForNothing() {
        sale.send(A, Sale.header(A).setOrderId(ada).build(), new CancelOrder(CancelledBy.ORGANIZER, "moved"));
        sale.pay(PaymentOutcome.SUCCEEDED);
        sale.pay(PaymentOutcome.SUCCEEDED);
        sale.pay(PaymentOutcome.DECLINED);

        AuditReport report = sale.audit();

        assertEquals(ada, of(3, report).getFirst().orderId());
        invariants(report, 3);
    }
}
