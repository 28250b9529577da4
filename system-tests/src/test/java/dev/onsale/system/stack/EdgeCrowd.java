package dev.onsale.system.stack;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Buyers behind HAProxy, a few at a time, each of whom buys one ticket and waits for the answer. */
public final class EdgeCrowd {

    private static final int AT_ONCE = 8;
    private static final int WAIT_SECONDS = 10;
    /** Bounds how many come between two looks of a judge, whatever the machine: at most 200 a second. */
    private static final long PAUSE_MILLIS = 40;

    private static final int FIRST_ERROR = 400;
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final HaproxyProcess haproxy;
    private final String ticket;
    private final Queue<EdgeBuyer> buyers = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> errors = new ConcurrentLinkedQueue<>();

    /** @param ticket body of the purchase */
    public EdgeCrowd(HaproxyProcess haproxy, String ticket) {
        this.haproxy = haproxy;
        this.ticket = ticket;
    }

    /** Has buyers come, one after another, while something is done. */
    public <T> T buyWhile(Callable<T> work) throws Exception {
        Awaitility.await()
                .until(() -> Shop.status(haproxy.buyers().resolve("/events").toString()) != 503);
        return new BuyerQueues(AT_ONCE, 0, _ -> {
                    EdgeBuyer buyer = newcomer();
                    int status = buy(buyer, "first");
                    if (status >= FIRST_ERROR) {
                        errors.add(status);
                    }
                    buyers.add(buyer);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                })
                .during(work);
    }

    /** Somebody who was never here before. */
    public EdgeBuyer newcomer() {
        return new EdgeBuyer(haproxy.buyers(), "buyer-" + NAMES.incrementAndGet());
    }

    /**
     * Buys a ticket.
     *
     * @return status of the answer
     */
    public int buy(EdgeBuyer buyer, String key) throws IOException {
        return buyer.buy(key, ticket, WAIT_SECONDS);
    }

    /** Those who were answered by this server. */
    public List<EdgeBuyer> at(String server) {
        return buyers.stream().filter(buyer -> buyer.server().equals(server)).toList();
    }

    public int size() {
        return buyers.size();
    }

    /** Statuses of the answers that were errors. */
    public List<Integer> errors() {
        return List.copyOf(errors);
    }
}
