package dev.onsale.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A fault that can be built into the simulated world, to see that it is found. Those of a guarantee change the model of Kafka,
 * a worker or a decider; those of a rule are {@link MutantRules}.
 */
public enum Mutant {
    ZOMBIE_NOT_FENCED("a decider that was replaced still commits: two deciders for a section"),
    OFFSET_OUTSIDE_TRANSACTION("the input's offset is committed later than what was decided"),
    ABORTED_COMMANDS_READ("a decider reads records of transactions that are open or aborted"),
    RESTORED_TOO_OLD("a restart finds stores without their last transaction"),
    DEDUPE_FORGOTTEN("a restart forgets orders that hold nothing, and so that they were answered"),
    HEAP_SURVIVES_ABORT("what an aborted transaction changed stays in the heap"),
    WRONG_PARTITION_DECIDED("a command on another section's partition is decided there"),
    ACKNOWLEDGED_BEFORE_REPORT("a worker acknowledges a request before its outcome is written"),
    KEY_PER_CALL("a worker makes a new idempotency key for every call"),
    TIMEOUT_IS_DECLINE("a worker takes no answer for a decline"),
    ATTEMPT_BY_WORKER("after a decline the worker itself tries again with the next attempt number"),
    LATE_AUTHORISATION_ALWAYS_HONOURED(
            "an authorisation after the hold's end sells the seats whether they are free or not"),
    LATE_AUTHORISATION_DROPPED("an authorisation after the hold's end is neither honoured nor voided"),
    REFUND_WITHOUT_MARKING("a refund is asked for without marking the order as refunded"),
    HOLD_ENDS_TOO_LATE("a hold lasts one millisecond longer than its deadline"),
    PAUSE_DOES_NOT_STOP_CLOCKS("holds end while sales are paused or payments stopped"),
    BUYER_LIMIT_FORGOTTEN("a buyer may hold more than the limit"),
    CLOCK_OF_THE_DECIDER("the decider goes by its own clock and not by the record's time"),
    CAPTURE_FORGOTTEN("a sale does not ask for its capture");

    private final String text;

    Mutant(String text) {
        this.text = text;
    }

    /** What is wrong, in words. */
    public String text() {
        return text;
    }

    /** As it is written at the command line: {@code zombie-not-fenced}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The mutant of an id. */
    public static Optional<Mutant> of(String id) {
        return Arrays.stream(values()).filter(mutant -> mutant.id().equals(id)).findFirst();
    }
}
