package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.rehearse.Crowd.Asked;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Story;
import dev.onsale.cli.story.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** {@code payments}: nothing is asked of the gateway, requests wait, and nobody loses a seat to it. */
final class PaymentsRehearsal {

    private static final String EVENT = "payments-event";
    private static final int HOLD_SECONDS = 10;
    private static final Duration PACE = Duration.ofMillis(100);
    /** What was under way at the gateway when payments were killed may still come to its end. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

    private final Story story;
    private final Instances instances;
    private final Switch killSwitch;

    PaymentsRehearsal(Story story, Instances instances, Switch killSwitch) {
        this.story = story;
        this.instances = instances;
        this.killSwitch = killSwitch;
    }

    void run() throws InterruptedException {
        BoxOffice boxOffice = instances.first();
        boxOffice.open(Events.standing(EVENT, HOLD_SECONDS));
        List<Asked> asked;
        story.step("Buyers keep buying at two instances; kill " + killSwitch.flag() + ".");
        try (Crowd crowd = new Crowd(instances, EVENT, Events.FLOOR, PACE)) {
            crowd.awaitEverywhere(0, "a purchase was taken", Asked::taken);
            int noMoneyYet = boxOffice.ledger().size();
            Waiting.until(
                    Duration.ofSeconds(30),
                    "money is taken",
                    () -> boxOffice.ledger().size() > noMoneyYet);
            killSwitch.kill();
            TimeUnit.NANOSECONDS.sleep(UNDER_WAY.toNanos());
            int effects = boxOffice.ledger().size();
            int before = crowd.size();
            Answer held = boxOffice.send(new Wish("holder", EVENT, EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD));
            story.checkEqual("HELD", held.text("status"), "purchases are still taken, and hold their tickets");
            story.tell("Wait for longer than the " + HOLD_SECONDS + " s of a hold.");
            TimeUnit.SECONDS.sleep(HOLD_SECONDS + 2);
            story.checkEqual(effects, boxOffice.ledger().size(), "nothing is asked of the gateway");
            story.checkEqual(
                    "HELD",
                    boxOffice.order("holder", held.text("orderId")).text("status"),
                    "the hold's clock stands still");
            story.check(
                    crowd.answers(before).stream().allMatch(Asked::taken),
                    (crowd.size() - before) + " more purchases were taken meanwhile");
            story.step("Restore it.");
            killSwitch.restore();
            story.checkEqual("SOLD", boxOffice.ended("holder", held).text("status"), "the payment that waited is made");
            crowd.close();
            asked = crowd.answers(0);
        }
        Set<String> ends = Settling.ends(boxOffice, asked);
        story.checkEqual(
                Set.of("SOLD"), ends, "each of " + asked.size() + " purchases is paid; nobody lost a ticket to it");
    }
}
