package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.rehearse.Crowd.Asked;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Story;
import dev.onsale.cli.story.StoryEndedException;
import dev.onsale.cli.story.Waiting;
import dev.onsale.release.flags.KnownFlag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code sales} and {@code sales.EVENT}: refused at once everywhere, nothing lost, and holds outlive it. */
final class SalesRehearsal {

    private static final String OTHER_EVENT = "other-event";
    private static final int HOLD_SECONDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PACE = Duration.ofMillis(20);
    private static final long KILLED_MILLIS = 100;
    /** The most that a team should have to wait after its call. */
    private static final long LIMIT_MILLIS = 1_000;

    private final Story story;
    private final Instances instances;
    private final Switch killSwitch;
    /** The event whose sales are stopped: any, when the switch is that of all. */
    private final String event;

    SalesRehearsal(Story story, Instances instances, Switch killSwitch) {
        this.story = story;
        this.instances = instances;
        this.killSwitch = killSwitch;
        this.event = KnownFlag.eventOf(killSwitch.flag()).orElse("an-event");
    }

    void run(int times) throws InterruptedException {
        BoxOffice boxOffice = instances.first();
        boxOffice.open(Events.standing(event, HOLD_SECONDS));
        boxOffice.open(Events.standing(OTHER_EVENT, HOLD_SECONDS));
        awaitSales(boxOffice);
        holdsOutliveIt(boxOffice);
        story.step(
                "Buyers keep buying at two instances; kill and restore " + killSwitch.flag() + " " + times + " times.");
        List<Asked> asked;
        List<Long> nanos = new ArrayList<>();
        try (Crowd crowd = new Crowd(instances, event, Events.FLOOR, PACE)) {
            for (int i = 0; i < times; i++) {
                nanos.add(killAndRestore(crowd));
            }
            crowd.awaitEverywhere(crowd.size(), "a purchase was taken", Asked::taken);
            crowd.close();
            asked = crowd.answers(0);
        }
        tell(nanos);
        refusalsAreCounted(asked);
        everyTakenPurchaseIsAnswered(asked);
    }

    /** Sections take purchases a moment after their event was opened, or after the switch of all was restored. */
    private void awaitSales(BoxOffice boxOffice) throws InterruptedException {
        Waiting.until(PATIENCE, "the sales of " + OTHER_EVENT + " go on", () -> {
            String buyer = "early-" + UUID.randomUUID();
            Answer seen = boxOffice.send(new Wish(buyer, "ticket", OTHER_EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD));
            return Set.of("HELD", "SOLD").contains(seen.text("status"));
        });
    }

    /** Of a switch of one event, the other event sells on. */
    private void holdsOutliveIt(BoxOffice boxOffice) throws InterruptedException {
        story.step("Somebody holds a ticket for " + HOLD_SECONDS + " s while sales are killed.");
        Wish wish = new Wish("holder", event, event, Events.FLOOR, 1, BoxOffice.BAD_CARD);
        Answer held = boxOffice.buy(wish);
        killSwitch.kill();
        Answer elsewhere =
                boxOffice.queue(new Wish("elsewhere", event, OTHER_EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD));
        boolean all = killSwitch.flag().equals(KnownFlag.SALES.flag());
        story.checkEqual(!all, elsewhere.ok(), "the sales of " + OTHER_EVENT + (all ? " stop" : " go on"));
        TimeUnit.SECONDS.sleep(HOLD_SECONDS + 1);
        story.checkEqual("HELD", order(boxOffice, held).text("status"), "the hold's clock stands still");
        killSwitch.restore();
        story.checkEqual(
                "EXPIRED", boxOffice.ended("holder", held).text("status"), "and runs on once they are restored");
    }

    private static Answer order(BoxOffice boxOffice, Answer held) {
        return boxOffice.order("holder", held.text("orderId"));
    }

    /**
     * Either instance may pass a purchase on to the other, so whoever is refused may be followed by somebody who is taken, until
     * both know.
     *
     * @return from the call to the first refusal after which nobody was taken, in nanoseconds
     */
    private long killAndRestore(Crowd crowd) throws InterruptedException {
        crowd.awaitEverywhere(crowd.size(), "a purchase was taken", Asked::taken);
        int before = crowd.size();
        long killed = System.nanoTime();
        killSwitch.kill();
        // Refusals of purchases that were sent before are of the kill before.
        Predicate<Asked> refused = one -> one.sentNanos() - killed >= 0 && one.refusedBy(killSwitch.flag());
        crowd.awaitEverywhere(before, "a purchase was refused", refused);
        TimeUnit.MILLISECONDS.sleep(KILLED_MILLIS);
        List<Asked> answers = crowd.answers(before);
        killSwitch.restore();
        long lastTaken = answers.stream()
                .filter(Asked::taken)
                .mapToLong(one -> one.sentNanos() - killed)
                .max()
                .orElse(0);
        return answers.stream()
                .filter(refused.and(one -> one.sentNanos() - killed > lastTaken))
                .mapToLong(one -> one.answeredNanos() - killed)
                .min()
                .orElseThrow(() -> new StoryEndedException("purchases were taken " + lastTaken / 1_000_000
                        + " ms after the call, and none was refused since"));
    }

    private void tell(List<Long> nanos) {
        double[] millis =
                nanos.stream().mapToDouble(each -> each / 1e6).sorted().toArray();
        story.tell(String.format(
                Locale.ROOT,
                "From the call until nobody was taken any more, of %d: median %.1f ms, 99 %% within %.1f ms, longest %.1f ms.",
                millis.length,
                millis[millis.length / 2],
                millis[(int) Math.ceil(millis.length * 0.99) - 1],
                millis[millis.length - 1]));
        story.check(
                Arrays.stream(millis).max().orElseThrow() <= LIMIT_MILLIS, "never longer than " + LIMIT_MILLIS + " ms");
    }

    private void refusalsAreCounted(List<Asked> asked) {
        boolean all = killSwitch.flag().equals(KnownFlag.SALES.flag());
        long refused =
                asked.stream().filter(one -> one.refusedBy(killSwitch.flag())).count();
        // The other event's buyer was refused, too; and events have one counter for all of them.
        story.checkEqual(
                refused + (all ? 1 : 0),
                instances.refused(all ? killSwitch.flag() : KnownFlag.salesOf("EVENT")),
                "each of " + refused + " refusals is counted in onsale_switch_refused_total");
    }

    private void everyTakenPurchaseIsAnswered(List<Asked> asked) throws InterruptedException {
        List<Asked> taken = asked.stream().filter(Asked::taken).toList();
        Set<String> ends = Settling.ends(instances.first(), taken);
        story.check(
                ends.stream().allMatch(Set.of("SOLD", "REJECTED SALES_PAUSED")::contains),
                "each of " + taken.size() + " purchases that were taken is answered: " + String.join(", ", ends));
    }
}
