package dev.onsale.domain;

/** Whether payment requests are executed. STOPPED also stops the clocks of holds: nobody loses seats because nobody may pay. */
public enum PaymentsState {
    RUNNING,
    STOPPED
}
