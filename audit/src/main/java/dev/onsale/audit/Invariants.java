package dev.onsale.audit;

/** What is proven, by number, in the words of the design. */
final class Invariants {

    /** They are numbered from 1. */
    static final int COUNT = 7;

    private Invariants() {}

    static String name(int number) {
        return switch (number) {
            case 1 -> "A seat has at most one owner";
            case 2 -> "Every command has exactly one outcome";
            case 3 -> "Captured - refunded = price of the tickets";
            case 4 -> "Free + held + sold = capacity";
            case 5 -> "No hold outlives its deadline";
            case 6 -> "Tickets of a buyer stay within the limit";
            case 7 -> "Deciding again yields the same log";
            default -> throw new IllegalArgumentException("no invariant " + number);
        };
    }

    /** For who does not know the system. */
    static String inWords(int number) {
        return switch (number) {
            case 1 -> "At no time was a seat held by or sold to two orders.";
            case 2 ->
                "Everything that was asked for was answered once; who asked the same again under the same request id got the"
                        + " same answer, and nothing happened twice.";
            case 3 ->
                "For every order, the money taken less the money given back is the price of the tickets that it has, and no order"
                        + " was charged twice without a refund.";
            case 4 ->
                "In every section and at any time, tickets that were free, held and sold add up to what there was to sell.";
            case 5 ->
                "No seats were kept for a buyer longer than the time in which to pay, but for pauses of the sale.";
            case 6 -> "No buyer had more tickets of a section than were allowed.";
            case 7 ->
                "The rules, applied again to every command in its order, lead to exactly the events, payments, answers and stored"
                        + " states that the log has.";
            default -> throw new IllegalArgumentException("no invariant " + number);
        };
    }
}
