package dev.onsale.cli.demo;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.StoryEndedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many buyers at the same moment, each sending the same request several times, as impatient browsers do. */
final class Rush {

    private final BoxOffice boxOffice;
    private final int copies;

    /** @param copies how often each request is sent */
    Rush(BoxOffice boxOffice, int copies) {
        this.boxOffice = boxOffice;
        this.copies = copies;
    }

    /**
     * What became of a buyer's request.
     *
     * @param answers the different answers to its copies, each as order id and status: one, when all is well
     * @param order as it ended
     */
    record Outcome(Wish wish, Set<String> answers, Answer order) {

        boolean sold() {
            return order.text("status").equals("SOLD");
        }
    }

    List<Outcome> run(List<Wish> wishes) {
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (Wish wish : wishes) {
                List<Future<Answer>> answers = new ArrayList<>();
                for (int copy = 0; copy < copies; copy++) {
                    answers.add(buyers.submit(() -> boxOffice.buy(wish)));
                }
                outcomes.add(buyers.submit(() -> outcome(wish, answers)));
            }
            List<Outcome> all = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes) {
                all.add(result(outcome));
            }
            return all;
        }
    }

    private static Outcome outcome(Wish wish, List<Future<Answer>> answers) {
        Set<String> different = new HashSet<>();
        Answer last = result(answers.getFirst());
        for (Future<Answer> answer : answers) {
            last = result(answer);
            different.add(last.text("orderId") + " " + last.text("status"));
        }
        return new Outcome(wish, different, last);
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryEndedException("interrupted");
        }
    }
}
