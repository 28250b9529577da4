package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.rehearse.Crowd.Asked;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Story;
import dev.onsale.cli.story.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** {@code admission}: the queue stays short, whoever is refused is told so at once, and the sale goes on. */
final class AdmissionRehearsal {

    /** The service's {@code admission.limit} while it is rehearsed: a bound that a crowd exceeds on any machine. */
    private static final int LIMIT = 5;

    static final Map<String, String> SETTINGS = Map.of("orders.admission.limit", Integer.toString(LIMIT));

    private static final String EVENT = "admission-event";
    private static final int BUYERS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Story story;
    private final Instances instances;
    private final Switch killSwitch;
    private int crowds;

    AdmissionRehearsal(Story story, Instances instances, Switch killSwitch) {
        this.story = story;
        this.instances = instances;
        this.killSwitch = killSwitch;
    }

    void run() throws InterruptedException {
        instances.first().open(Events.standing(EVENT, 60));
        story.step(BUYERS + " buyers at once, the switch being on.");
        List<Asked> admitted = crowd();
        story.checkEqual(Set.of("taken"), told(admitted), "all are taken into the queue");
        settle(admitted);
        story.step(
                "Kill " + killSwitch.flag() + ": no more than " + LIMIT + " may wait. " + BUYERS + " buyers at once.");
        killSwitch.kill();
        List<Asked> bounded = new ArrayList<>(awaitShortQueue());
        bounded.addAll(crowd());
        List<Asked> taken = bounded.stream().filter(Asked::taken).toList();
        long refused =
                bounded.stream().filter(one -> one.refusedBy(killSwitch.flag())).count();
        story.checkEqual((long) bounded.size(), taken.size() + refused, "each is taken or told to come again");
        story.check(
                refused > 0 && !taken.isEmpty(), refused + " are refused, and the sale goes on for " + taken.size());
        story.checkEqual(refused, instances.refused(killSwitch.flag()), "each refusal is counted");
        settle(taken);
        story.step("Restore it. " + BUYERS + " buyers at once.");
        killSwitch.restore();
        List<Asked> again = crowd();
        story.checkEqual(Set.of("taken"), told(again), "all are taken into the queue");
        settle(again);
    }

    private static Set<String> told(List<Asked> asked) {
        return asked.stream()
                .map(one -> one.taken() ? "taken" : one.answer().problem())
                .collect(Collectors.toSet());
    }

    /**
     * Payments of the crowd before may still be reported, and they stand in the same queue.
     *
     * @return buyers who were refused until one was taken, and that one
     */
    private List<Asked> awaitShortQueue() throws InterruptedException {
        List<Asked> asked = new ArrayList<>();
        Waiting.until(PATIENCE, "the queue is short", () -> {
            Wish wish = new Wish("early-" + asked.size(), "ticket", EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD);
            asked.add(ask(wish));
            return asked.getLast().taken();
        });
        return asked;
    }

    private Asked ask(Wish wish) {
        long sent = System.nanoTime();
        Answer answer = instances.first().queue(wish);
        return new Asked(0, wish, sent, System.nanoTime(), answer);
    }

    private void settle(List<Asked> taken) throws InterruptedException {
        story.checkEqual(
                Set.of("SOLD"),
                Settling.ends(instances.first(), taken),
                "each of those taken gets a ticket: " + taken.size());
    }

    /** Buyers at the first instance, at the same moment: the second may learn of a change a few milliseconds later. */
    private List<Asked> crowd() throws InterruptedException {
        crowds++;
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Asked>> answers = new ArrayList<>();
            for (int i = 0; i < BUYERS; i++) {
                Wish wish =
                        new Wish("buyer-" + crowds + "-" + i, "ticket", EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD);
                answers.add(buyers.submit(() -> ask(wish)));
            }
            List<Asked> asked = new ArrayList<>();
            for (Future<Asked> answer : answers) {
                asked.add(answer.get());
            }
            return asked;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
