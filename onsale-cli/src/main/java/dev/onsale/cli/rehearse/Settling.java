package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.rehearse.Crowd.Asked;
import dev.onsale.cli.story.BoxOffice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Follows orders to their ends. */
final class Settling {

    private static final int AT_ONCE = 16;

    private Settling() {}

    /**
     * How orders ended, each way once: the status, and the reason if there is one.
     *
     * @throws dev.onsale.cli.story.StoryEndedException when one did not end in time
     */
    static Set<String> ends(BoxOffice boxOffice, List<Asked> taken) throws InterruptedException {
        Set<String> ends = new TreeSet<>();
        try (ExecutorService buyers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<Answer>> orders = new ArrayList<>();
            for (Asked one : taken) {
                orders.add(buyers.submit(() -> boxOffice.ended(one.wish().buyer(), one.answer())));
            }
            for (Future<Answer> order : orders) {
                ends.add((order.get().text("status") + " " + order.get().text("reason")).strip());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
        return ends;
    }
}
