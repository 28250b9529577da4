package dev.onsale.audit;

/**
 * How much a partition that is decided again may have in memory; the rest is on the disk.
 *
 * @param orders number of orders
 * @param rows number of rows of seats
 * @param buyers number of buyers with tickets, over all sections; of a single section, all are always in memory
 */
record Room(int orders, int rows, int buyers) {

    /** Some ten megabytes. Orders leave their first years as garbage before there are so many, and most are paid by then. */
    static final Room USUAL = new Room(2 * 1024, 1024, 50_000);
}
