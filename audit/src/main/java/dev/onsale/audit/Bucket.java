package dev.onsale.audit;

/** All that is known of the orders of one bucket, from all topics, held against each other. */
final class Bucket {

    private final PaymentCheck payments;
    private final StatusCheck statuses;
    private final StoreCheck stores;
    private final LedgerCheck ledgers;
    private final boolean withLedgers;

    /** @param paymentPartitions number of partitions of {@code onsale.payments} */
    Bucket(Findings findings, AuditOptions options, Codecs codecs, Repairs repairs, int paymentPartitions) {
        this.payments = new PaymentCheck(findings, codecs.payments(), repairs, paymentPartitions);
        this.statuses = new StatusCheck(findings, codecs.statuses());
        this.stores = new StoreCheck(findings, codecs.storedOrders());
        this.ledgers = new LedgerCheck(findings, !options.eventId().isEmpty());
        this.withLedgers = !options.ledgers().isEmpty();
    }

    /** Takes the next row: first of payments and statuses, then partition by partition, then of ledgers. */
    void take(Row row) {
        switch (row.kind()) {
            case ASKED -> payments.asked(row);
            case KEPT_FROM -> payments.keptFrom(row);
            case TOLD, TOLD_ELSEWHERE -> statuses.told(row);
            case STORED, UNSTORED -> stores.stored(row);
            case LATER -> {
                statuses.later(row);
                stores.later(row);
                ledgers.later(row);
            }
            case LATER_ASKED -> payments.later(row);
            case LATER_MOVED -> statuses.moved(row);
            case REQUEST -> payments.decided(row);
            case STATUS -> statuses.decided(row);
            case ORDER -> stores.decided(row);
            case SUMS -> ledgers.logged(row);
            case CHARGED -> ledgers.charged(row);
            case EFFECT -> ledgers.effect(row);
            case OWNED -> throw new IllegalStateException("who owns what is told aside");
        }
    }

    /** When every row is taken. */
    void end() {
        payments.end();
        statuses.end();
        stores.end();
        if (withLedgers) {
            ledgers.end();
        }
    }
}
