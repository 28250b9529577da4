package dev.onsale.domain;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What is on sale in one section: numbered seats when {@code rows > 0}, else general admission.
 *
 * @param eventName name of the event, for people
 * @param currency ISO 4217 code
 * @param rows number of rows, 0 for general admission
 * @param seatsPerRow seats in each row, 0 for general admission
 * @param generalAdmission tickets of a general-admission section, 0 where seats are numbered
 * @param price price of one ticket in minor units
 * @param holdSeconds how long an unpaid hold lasts
 * @param maxPerBuyer most tickets one buyer may hold and own
 * @param salesOpenMillis when sales begin, epoch milliseconds
 * @param salesCloseMillis when sales end, exclusive, epoch milliseconds
 */
public record SectionDefinition(
        String eventName,
        String currency,
        int rows,
        int seatsPerRow,
        int generalAdmission,
        long price,
        int holdSeconds,
        int maxPerBuyer,
        OptionalLong salesOpenMillis,
        OptionalLong salesCloseMillis) {

    /** Most tickets in one section. */
    public static final int MAX_CAPACITY = 1_000_000;
    /** Highest price of a ticket, in minor units; keeps every total within 64 bits. */
    public static final long MAX_PRICE = 1_000_000_000L;

    static final int MAX_HOLD_SECONDS = 86_400;
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public boolean numbered() {
        return rows > 0;
    }

    /** Number of tickets in all. */
    public int capacity() {
        return numbered() ? rows * seatsPerRow : generalAdmission;
    }

    /** Whether a section can be opened like this. */
    public boolean valid() {
        long seats = (long) rows * seatsPerRow;
        boolean shape = numbered()
                ? seatsPerRow > 0 && seats <= MAX_CAPACITY && generalAdmission == 0
                : rows == 0 && seatsPerRow == 0 && generalAdmission > 0 && generalAdmission <= MAX_CAPACITY;
        boolean window = salesOpenMillis.isEmpty()
                || salesCloseMillis.isEmpty()
                || salesOpenMillis.getAsLong() < salesCloseMillis.getAsLong();
        return shape
                && window
                && price >= 0
                && price <= MAX_PRICE
                && holdSeconds > 0
                && holdSeconds <= MAX_HOLD_SECONDS
                && maxPerBuyer > 0
                && CURRENCY.matcher(currency).matches();
    }

    /** Whether another definition is this one with rows or capacity added. */
    boolean growsTo(SectionDefinition other) {
        return other.numbered() == numbered()
                && other.capacity() > capacity()
                && equals(new SectionDefinition(
                        other.eventName,
                        other.currency,
                        rows,
                        other.seatsPerRow,
                        generalAdmission,
                        other.price,
                        other.holdSeconds,
                        other.maxPerBuyer,
                        other.salesOpenMillis,
                        other.salesCloseMillis));
    }
}
