package dev.onsale.payments;

/** Takes payment requests from where they are asked for and has them executed, until it is stopped. */
interface Source extends Runnable {

    /** Whether it has begun to take requests. */
    boolean ready();

    /** Asks {@link #run} to return soon: what is under way may end, nothing new is taken. */
    void stop();
}
