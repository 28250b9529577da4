package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log and the ledgers of the gateways agree, or it is said where they do not. */
class LedgerCheckTest extends SmallSale {

    @TempDir
    Path folder;

    private AuditReport auditWithLedger() throws IOException {
        Path ledger = Files.write(folder.resolve("ledger"), sale.ledger);
        return sale.audit(AuditOptions.of(Map.of()).withLedgers(List.of(ledger.toString())));
    }

    @Test
    void ledgerOfTheGateway_agrees() throws IOException {
        assertEquals(List.of(), auditWithLedger().violations());
    }

    @Test
    void ledgersOfTwoGateways_agreeTogether() throws IOException {
        int half = sale.ledger.size() / 2;
        Path stable = Files.write(folder.resolve("stable"), sale.ledger.subList(0, half));
        Path candidate = Files.write(folder.resolve("candidate"), sale.ledger.subList(half, sale.ledger.size()));
        AuditOptions options = AuditOptions.of(Map.of());

        assertEquals(
                List.of(),
                sale.audit(options.withLedgers(List.of(stable.toString(), candidate.toString())))
                        .violations());
        assertFalse(sale.audit(options.withLedgers(List.of(stable.toString()))).proven());
    }

    @Test
    void sameCharge_isFound_atASecondGateway() throws IOException {
        Path stable = Files.write(folder.resolve("stable"), sale.ledger);
        Path candidate = Files.write(folder.resolve("candidate"), sale.ledger);

        AuditReport report =
                sale.audit(AuditOptions.of(Map.of()).withLedgers(List.of(stable.toString(), candidate.toString())));

        assertTrue(of(3, report).stream()
                .flatMap(violation -> violation.receipts().stream())
                .anyMatch(receipt -> receipt.topic().equals(LedgerCheck.LEDGER) && receipt.partition() == 1));
    }

    @Test
    void secondCharge_isFound_inTheLedger() throws IOException {
        sale.ledger.add(sale.ledgerLine("capture", ada, 9000, ada + ":1:capture"));

        AuditReport report = auditWithLedger();

        List<Violation> found = of(3, report);
        assertEquals(
                List.of(new Receipt("ledger", 0, 3), new Receipt("ledger", 0, 5)),
                found.get(0).receipts());
        assertTrue(
                found.get(1).explanation().contains("captured 18000"),
                () -> report.violations().toString());
        assertEquals(2, found.size());
    }

    @Test
    void chargeWithoutAnOrder_isFound_inTheLedger() throws IOException {
        sale.ledger.add(sale.ledgerLine("capture", "0".repeat(32), 100, "x"));

        only(3, auditWithLedger(), new Receipt("ledger", 0, 5));
    }

    @Test
    void chargeNotMade_isFound_inTheLedger() throws IOException {
        sale.ledger.removeLast();

        assertEquals(bob, only(3, auditWithLedger(), command(6)).orderId());
    }
}
