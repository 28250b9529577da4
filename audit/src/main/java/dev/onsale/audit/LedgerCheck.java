package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Of the orders of one bucket, the gateways' own ledgers against the log: what was really captured and refunded is what was reported,
 * and no idempotency key had two effects, not even at different gateways. In receipts, the ledgers are the partitions of a topic
 * {@value #LEDGER}, in the order in which they were given, and an entry's {@code seq} its offset.
 */
final class LedgerCheck {

    static final String LEDGER = "ledger";

    private final Findings findings;
    private final boolean oneEventOnly;
    /** By order id. */
    private final Map<String, Row> logged = new HashMap<>();

    private final Map<String, Row> charged = new HashMap<>();
    /** By idempotency key. */
    private final Map<String, Row> effects = new HashMap<>();

    private final Set<String> later = new HashSet<>();

    LedgerCheck(Findings findings, boolean oneEventOnly) {
        this.findings = findings;
        this.oneEventOnly = oneEventOnly;
    }

    /** Takes up what the log says of an order; of several sections the sum, since the gateway knows only the order. */
    void logged(Row row) {
        logged.merge(row.key(), row, LedgerCheck::plus);
    }

    /** Takes up what a ledger says of an order. */
    void charged(Row row) {
        charged.merge(row.key(), row, LedgerCheck::plus);
    }

    private static Row plus(Row sums, Row more) {
        return new Row(
                more.kind(),
                more.key(),
                more.partition(),
                more.offset(),
                Math.max(sums.atMillis(), more.atMillis()),
                Sums.fromBytes(sums.value()).plus(Sums.fromBytes(more.value())).toBytes());
    }

    void effect(Row row) {
        Row first = effects.putIfAbsent(row.key(), row);
        if (first != null) {
            findings.violation(
                    3,
                    row.atMillis(),
                    new String(row.value(), StandardCharsets.UTF_8),
                    "The gateway did twice what idempotency key " + row.key() + " stands for.",
                    first.in(LEDGER),
                    row.in(LEDGER));
        }
    }

    void later(Row row) {
        later.add(Row.orderId(row.key()));
    }

    /** When all is taken up. */
    void end() {
        new TreeMap<>(charged).forEach((orderId, gateway) -> {
            Row log = logged.get(orderId);
            if (log == null) {
                unknown(orderId, gateway);
            } else {
                compare(orderId, log, Sums.fromBytes(gateway.value()), List.of(gateway.in(LEDGER)));
            }
        });
        new TreeMap<>(logged).forEach((orderId, log) -> {
            if (!charged.containsKey(orderId)) {
                compare(orderId, log, Sums.NONE, List.of());
            }
        });
    }

    private void unknown(String orderId, Row gateway) {
        // Of another event, the log was not read; the ledger does not say which event an order is of.
        if (!oneEventOnly && !later.contains(orderId)) {
            Sums sums = Sums.fromBytes(gateway.value());
            findings.violation(
                    3,
                    gateway.atMillis(),
                    orderId,
                    "The gateway captured " + sums.captured() + " and refunded " + sums.refunded()
                            + " for an order that is not in the log.",
                    gateway.in(LEDGER));
        }
    }

    private void compare(String orderId, Row logged, Sums gateway, List<Receipt> entry) {
        Sums log = Sums.fromBytes(logged.value());
        boolean captures = same(gateway.captured(), log.captured(), log.capturing());
        boolean refunds = same(gateway.refunded(), log.refunded(), log.refunding());
        if ((captures && refunds) || later.contains(orderId)) {
            return;
        }
        List<Receipt> receipts = new ArrayList<>(List.of(logged.in(Topics.COMMANDS.name())));
        receipts.addAll(entry);
        findings.violation(
                3,
                logged.atMillis(),
                orderId,
                "",
                "The gateway captured " + gateway.captured() + " and refunded " + gateway.refunded()
                        + "; the log says captured " + log.captured() + ", refunded " + log.refunded() + ".",
                receipts);
    }

    /** What is under way may have happened already, its report being still to come. */
    private static boolean same(long gateway, long log, long pending) {
        return gateway == log || (pending > 0 && gateway == log + pending);
    }
}
