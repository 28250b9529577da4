package dev.onsale.release.roll;

import dev.onsale.release.roll.RollPlan.Instance;
import dev.onsale.release.roll.RollStep.Kind;
import dev.onsale.runtime.OperatorError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rolls a build: restarts one instance after the other with it, each only while all of them are ready and have caught up, so
 * that there is always somebody to take over. The first one that is worse than it was, or than the others are, is rolled back,
 * and those before it.
 */
public final class Roll {

    private final RollPlan plan;
    private final Fleet fleet;
    private final String from;
    private final String to;
    private final boolean canGoBack;
    private final Consumer<RollStep> steps;
    /** What each instance did before anything was touched. */
    private final Map<Instance, Stretch> before = new HashMap<>();

    /**
     * @param from the running build
     * @param to the new one
     * @param canGoBack whether the old build can run on what the new one has written
     * @param steps is told of every step before the next one; if it throws, nothing more is restarted
     */
    public Roll(RollPlan plan, Fleet fleet, String from, String to, boolean canGoBack, Consumer<RollStep> steps) {
        this.plan = plan;
        this.fleet = fleet;
        this.from = from;
        this.to = to;
        this.canGoBack = canGoBack;
        this.steps = steps;
    }

    /**
     * Rolls it.
     *
     * @return whether every instance runs the new build
     * @throws OperatorError when an instance is unfit before anything was touched
     */
    public boolean run() throws InterruptedException {
        steps.accept(new RollStep(Kind.BEGUN, "", ""));
        observeBefore();
        List<Instance> upgraded = new ArrayList<>();
        for (Instance instance : plan.instances()) {
            steps.accept(new RollStep(Kind.RESTARTING, instance.name(), ""));
            Optional<String> worse = upgrade(instance);
            upgraded.addFirst(instance);
            if (worse.isPresent()) {
                steps.accept(new RollStep(Kind.WORSE, instance.name(), worse.get()));
                goBack(upgraded);
                return false;
            }
            steps.accept(new RollStep(Kind.UPGRADED, instance.name(), ""));
        }
        steps.accept(new RollStep(Kind.DONE, "", ""));
        return true;
    }

    private void observeBefore() throws InterruptedException {
        Optional<String> unfit = awaitFit(plan.instances());
        if (unfit.isPresent()) {
            throw new OperatorError(
                    "Nothing was restarted, since " + unfit.get() + "; mend that first, then roll again.");
        }
        Map<Instance, Look> looks = looks();
        TimeUnit.MILLISECONDS.sleep(plan.observation().toMillis());
        looks.forEach((instance, look) -> before.put(instance, Stretch.between(look, fleet.look(instance))));
    }

    /** @return why the instance is worse than before; empty: it is as good */
    private Optional<String> upgrade(Instance instance) throws InterruptedException {
        Optional<String> failed = restart(instance, to);
        return failed.isPresent() ? failed : observe(instance);
    }

    /** @return what went wrong */
    private Optional<String> restart(Instance instance, String build) throws InterruptedException {
        double startedAt = fleet.look(instance).startedAt();
        String failure = fleet.restart(instance, build);
        if (!failure.isEmpty()) {
            return Optional.of("its restart failed: " + failure);
        }
        if (!eventually(() -> isAnotherProcess(instance, startedAt))) {
            return Optional.of("it was not ready within " + plan.readyTimeout().toSeconds() + " s after its restart");
        }
        return awaitFit(plan.instances());
    }

    private boolean isAnotherProcess(Instance instance, double startedAt) {
        Look look = fleet.look(instance);
        return look.ready() && (startedAt == 0 || look.startedAt() != startedAt);
    }

    /** @return who is unfit for others to be restarted, and why; empty: all are fit */
    private Optional<String> awaitFit(List<Instance> instances) throws InterruptedException {
        for (Instance instance : instances) {
            if (!eventually(() -> isFit(fleet.look(instance)))) {
                return Optional.of(instance.name() + " is " + fleet.look(instance) + " after "
                        + plan.readyTimeout().toSeconds() + " s");
            }
        }
        return Optional.empty();
    }

    private boolean isFit(Look look) {
        return look.ready() && look.lag() <= plan.lagLimit();
    }

    private Optional<String> observe(Instance instance) throws InterruptedException {
        Look begin = fleet.look(instance);
        Map<Instance, Look> othersBegin = looks();
        othersBegin.remove(instance);
        long until = System.nanoTime() + plan.observation().toNanos();
        while (System.nanoTime() - until < 0) {
            Look now = fleet.look(instance);
            if (!now.ready()) {
                return Optional.of("it became unready");
            }
            if (now.startedAt() != begin.startedAt()) {
                return Optional.of("its process ended and was started again");
            }
            TimeUnit.MILLISECONDS.sleep(plan.look().toMillis());
        }
        List<Stretch> others = new ArrayList<>(before.values());
        othersBegin.forEach((other, look) -> others.add(Stretch.between(look, fleet.look(other))));
        return Stretch.between(begin, fleet.look(instance)).worseThan(others);
    }

    /** @param upgraded the latest first */
    private void goBack(List<Instance> upgraded) throws InterruptedException {
        if (!canGoBack) {
            steps.accept(new RollStep(
                    Kind.STUCK,
                    upgraded.getFirst().name(),
                    "there is no way back from this build; mend it and roll forward"));
            return;
        }
        for (Instance instance : upgraded) {
            steps.accept(new RollStep(Kind.ROLLING_BACK, instance.name(), ""));
            Optional<String> failure = restart(instance, from);
            if (failure.isPresent()) {
                steps.accept(new RollStep(Kind.STUCK, instance.name(), failure.get()));
                return;
            }
            steps.accept(new RollStep(Kind.ROLLED_BACK, instance.name(), ""));
        }
    }

    private Map<Instance, Look> looks() {
        Map<Instance, Look> looks = new HashMap<>();
        plan.instances().forEach(instance -> looks.put(instance, fleet.look(instance)));
        return looks;
    }

    private interface Condition {
        boolean holds();
    }

    private boolean eventually(Condition condition) throws InterruptedException {
        long until = System.nanoTime() + plan.readyTimeout().toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(plan.look().toMillis());
        }
        return true;
    }
}
