package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Buyers who keep buying a ticket each, at every instance, and what they were told. They come at a fixed pace, however long
 * answers take, as long as no more than one of a lane's is under way.
 */
final class Crowd implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Buyers that are at one instance at the same time. */
    private static final int LANES = 2;

    /**
     * A purchase that was answered.
     *
     * @param sentNanos when it was sent; this and the next by {@link System#nanoTime}
     * @param answer 202 when it was taken, 201 when it is decided already
     */
    record Asked(int instance, Wish wish, long sentNanos, long answeredNanos, Answer answer) {

        boolean taken() {
            return answer.ok();
        }

        boolean refusedBy(String flag) {
            return answer.text("type").endsWith("switched-off")
                    && answer.text("detail").contains("switch " + flag + " ");
        }
    }

    private final Instances instances;
    private final String event;
    private final String section;
    private final Duration pause;
    private final AtomicInteger buyers = new AtomicInteger();
    private final List<Asked> asked = new ArrayList<>();
    private final List<Thread> lanes = new ArrayList<>();
    private volatile boolean over;
    private volatile @Nullable RuntimeException failure;

    /** @param pause between two buyers of one lane */
    Crowd(Instances instances, String event, String section, Duration pause) {
        this.instances = instances;
        this.event = event;
        this.section = section;
        this.pause = pause;
        for (int lane = 0; lane < LANES * instances.count(); lane++) {
            int instance = lane % instances.count();
            lanes.add(Thread.ofVirtual().name("buyers-" + lane).start(() -> buy(instance)));
        }
    }

    private void buy(int instance) {
        try {
            while (!over) {
                long begin = System.nanoTime();
                String buyer = event + "-buyer-" + buyers.incrementAndGet();
                Wish wish = new Wish(buyer, "ticket", event, section, 1, BoxOffice.GOOD_CARD);
                Answer answer = instances.boxOffice(instance).queue(wish);
                long end = System.nanoTime();
                add(new Asked(instance, wish, begin, end, answer));
                TimeUnit.NANOSECONDS.sleep(pause.toNanos() - (end - begin));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private synchronized void add(Asked one) {
        asked.add(one);
    }

    /** How many were answered so far. */
    synchronized int size() {
        return asked.size();
    }

    /**
     * What was answered, in that order.
     *
     * @param from how many to leave out
     * @throws RuntimeException when a buyer got no answer at all
     */
    synchronized List<Asked> answers(int from) {
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(asked.subList(from, asked.size()));
    }

    /** Waits until every instance has given an answer like this to somebody. */
    void awaitEverywhere(int from, String what, Predicate<Asked> like) throws InterruptedException {
        Waiting.until(
                PATIENCE,
                what + " at every instance",
                () -> answers(from).stream()
                                .filter(like)
                                .mapToInt(Asked::instance)
                                .distinct()
                                .count()
                        == instances.count());
    }

    /** Sends the buyers home; what is under way is answered first. */
    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread lane : lanes) {
            lane.join();
        }
    }
}
