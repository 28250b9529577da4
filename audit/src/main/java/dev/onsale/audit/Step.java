package dev.onsale.audit;

import dev.onsale.schemas.SectionKey;

/**
 * The command whose events are checked, and what is known of its section.
 *
 * @param atMillis when it was decided, epoch milliseconds
 */
record Step(Findings findings, SectionKey key, SectionFacts section, LogRecord command, long atMillis) {

    void violation(int invariant, Logged logged, String explanation) {
        findings.violation(invariant, atMillis(), logged.orderId(), explanation, command.receipt(), logged.receipt());
    }

    /** The same, but an order gives at most one violation of an invariant. */
    void once(int invariant, Logged logged, OrderFacts facts, String explanation) {
        if (facts.breaks(invariant)) {
            violation(invariant, logged, explanation);
        }
    }
}
