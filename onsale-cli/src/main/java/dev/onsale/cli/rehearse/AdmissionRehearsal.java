package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.rehearse.Crowd.Asked;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Story;
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
        List<Asked> bounded = crowd();
        List<Asked> taken = bounded.stream().filter(Asked::taken).toList();
        long refused =
                bounded.stream().filter(one -> one.refusedBy(killSwitch.flag())).count();
        story.checkEqual((long) BUYERS, taken.size() + refused, "each is taken or told to come again");
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

    private void settle(List<Asked> taken) throws InterruptedException {
        story.checkEqual(
                Set.of("SOLD"),
                Settling.ends(instances.first(), taken),
                "each of those taken gets a ticket: " + taken.size());
    }

    /** Buyers at the first instance, at the same moment: the second may learn of a change a few milliseconds later. */
    private List<Asked> crowd() throws InterruptedException {
        crowds++;
        BoxOffice boxOffice = instances.first();
        try (ExecutorService buyers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Asked>> answers = new ArrayList<>();
            for (int i = 0; i < BUYERS; i++) {
                Wish wish =
                        new Wish("buyer-" + crowds + "-" + i, "ticket", EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD);
                answers.add(buyers.submit(() -> {
                    long sent = System.nanoTime();
                    Answer answer = boxOffice.queue(wish);
                    return new Asked(0, wish, sent, System.nanoTime(), answer);
                }));
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
