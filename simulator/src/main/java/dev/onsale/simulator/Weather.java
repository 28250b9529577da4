package dev.onsale.simulator;

import java.util.Random;

/**
 * How rough one sale is: how often of a thousand steps each kind of trouble comes. Drawn for each sale, often to none, so
 * that some sales see one kind alone: troubles can hide each other.
 *
 * @param restarts deciders that die
 * @param replacements deciders that are taken for dead
 * @param kills workers that die
 * @param shifts jumps of the broker's clock
 * @param switches sales and payments that are paused, stopped, closed and opened
 * @param gatewayTrouble calls of a thousand that fail, hang or are not heard
 * @param declines calls of a thousand that are declined
 * @param batch most commands in a transaction
 * @param timeMillis time that passes at once
 */
record Weather(
        int restarts,
        int replacements,
        int kills,
        int shifts,
        int switches,
        int gatewayTrouble,
        int declines,
        int batch,
        int timeMillis) {

    /** @param commands length of the sale: a restart costs as much as there are orders, so a long sale has fewer of them */
    static Weather drawn(Random random, int commands) {
        int most = commands < 1_000 ? 20 : 1;
        return new Weather(
                any(random, 0, 0, 1, most),
                any(random, 0, 0, 1, most),
                any(random, 0, 0, 5, 30),
                any(random, 0, 0, 0, 2),
                any(random, 0, 0, 2, 10),
                any(random, 0, 50, 300, 600),
                any(random, 0, 50, 300),
                any(random, 1, 3, 20),
                any(random, 5, 200, 2_000));
    }

    private static int any(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }
}
