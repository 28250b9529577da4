package dev.onsale.cli.rehearse;

import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Stage.Scene;
import dev.onsale.cli.story.Story;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.KnownFlag;

/** {@code candidate}: everybody gets the stable path, whatever share a canary has. */
final class CandidateRehearsal {

    private static final String EVENT = "candidate-event";
    private static final long SOON_MILLIS = 1_000;

    private final Story story;
    private final Instances instances;
    private final Switch killSwitch;
    private final String bootstrapServers;
    private int buyers;

    CandidateRehearsal(Scene scene, Instances instances, Switch killSwitch) {
        this.story = scene.story();
        this.instances = instances;
        this.killSwitch = killSwitch;
        this.bootstrapServers = scene.stack().bootstrapServers();
    }

    void run() throws InterruptedException {
        instances.first().open(Events.standing(EVENT, 60));
        try (DecidedBy decidedBy = new DecidedBy(bootstrapServers)) {
            story.step("Give the candidate of the seat allocator to everybody.");
            killSwitch.set(KnownFlag.ALLOCATOR.flag(), FlagDefinition.ofShare(100));
            awaitVariant("candidate", decidedBy);
            story.step("Kill " + killSwitch.flag() + ".");
            killSwitch.kill();
            awaitVariant("stable", decidedBy);
            story.step("Restore it.");
            killSwitch.restore();
            awaitVariant("candidate", decidedBy);
            killSwitch.set(KnownFlag.ALLOCATOR.flag(), FlagDefinition.ofShare(0));
        }
    }

    /** The first purchase that the variant decides must be sent within a moment after the change. */
    private void awaitVariant(String variant, DecidedBy decidedBy) throws InterruptedException {
        long begin = System.nanoTime();
        for (int instance = 0; instance < instances.count(); instance++) {
            BoxOffice boxOffice = instances.boxOffice(instance);
            long sentMillis;
            String seen;
            do {
                sentMillis = (System.nanoTime() - begin) / 1_000_000;
                seen = decidedBy.variant(boxOffice.send(nextBuyer()));
            } while (!seen.equals(variant) && sentMillis < SOON_MILLIS);
            story.checkEqual(
                    variant,
                    seen,
                    "at instance " + (instance + 1) + " a purchase sent after " + sentMillis + " ms is decided by "
                            + variant);
        }
    }

    private Wish nextBuyer() {
        buyers++;
        return new Wish("buyer-" + buyers, "ticket", EVENT, Events.FLOOR, 1, BoxOffice.GOOD_CARD);
    }
}
