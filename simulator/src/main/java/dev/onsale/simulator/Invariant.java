package dev.onsale.simulator;

/** What must hold after every step; the first seven are the design's, by their numbers. */
public enum Invariant {
    ONE_OWNER("1: a seat has at most one owner"),
    ONE_OUTCOME("2: every command has exactly one outcome"),
    MONEY("3: captured - refunded is the price of the tickets, by the gateway's own ledger"),
    COUNTS("4: free + held + sold is the capacity"),
    DEADLINES("5: no hold ends early, none outlives its deadline"),
    BUYER_LIMIT("6: nobody holds and owns more than the limit"),
    REPLAY("7: deciding the log again gives the same events"),
    LIVENESS("the decider can go on"),
    SETTLEMENT("when faults end, everything settles");

    private final String text;

    Invariant(String text) {
        this.text = text;
    }

    /** The invariant in words, with its number if it has one. */
    public String text() {
        return text;
    }
}
