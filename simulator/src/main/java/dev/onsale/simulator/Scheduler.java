package dev.onsale.simulator;

import dev.onsale.domain.PaymentOperation;
import dev.onsale.simulator.Step.Behaviour;
import dev.onsale.simulator.Step.Role;
import java.util.OptionalLong;
import java.util.Random;

/** Draws what happens next. It only looks at the world. */
final class Scheduler {

    /** With more commands than this undecided, nobody sends more. */
    private static final int MAX_BACKLOG = 200;

    private final World world;
    private final Random random;
    private final Weather weather;
    private final Crowd crowd;

    Scheduler(World world, Random random) {
        this.world = world;
        this.random = random;
        this.weather = Weather.drawn(random, world.layout.commands());
        this.crowd = new Crowd(world.layout, random);
    }

    Step next() {
        int trouble = random.nextInt(1_000);
        int partition = random.nextInt(world.partitions.size());
        if ((trouble -= weather.restarts()) < 0) {
            return new Step.Restart(partition);
        }
        if ((trouble -= weather.replacements()) < 0) {
            return new Step.Replace(partition);
        }
        if ((trouble -= weather.kills()) < 0) {
            return new Step.Kill(random.nextInt(world.workers.size()));
        }
        if ((trouble -= weather.shifts()) < 0) {
            return new Step.Shift(random.nextInt(7_200_000) - 3_600_000L);
        }
        if ((trouble -= weather.switches()) < 0) {
            return crowd.organizer();
        }
        int turn = random.nextInt(100);
        if (turn < 28) {
            return world.backlog() < MAX_BACKLOG ? crowd.next() : decider(partition);
        }
        if (turn < 60) {
            return decider(partition);
        }
        return turn < 96 ? money() : time(partition);
    }

    private Step decider(int number) {
        Partition partition = world.partitions.get(number);
        if (partition.hasZombie() && random.nextInt(4) == 0) {
            return random.nextInt(3) == 0 ? new Step.Commit(number, Role.ZOMBIE) : new Step.Decide(number, Role.ZOMBIE);
        }
        int uncommitted = partition.uncommitted();
        boolean commit = uncommitted >= weather.batch() || !partition.hasNext() || random.nextInt(8) == 0;
        return uncommitted > 0 && commit ? new Step.Commit(number, Role.LEADER) : new Step.Decide(number, Role.LEADER);
    }

    private Step money() {
        PaymentKey hanging = random.nextInt(8) == 0 ? world.gateway.anyUnderWay(random) : null;
        if (hanging != null) {
            return new Step.CatchUp(hanging, isDeclined(hanging.operation()));
        }
        int number = random.nextInt(world.workers.size());
        Worker worker = world.workers.get(number);
        if (worker.isIdle()) {
            return world.payments.isEmpty()
                    ? new Step.Pass(random.nextInt(weather.timeMillis()))
                    : new Step.Take(number, world.payments.any(random));
        }
        if (!worker.knowsTheAnswer()) {
            return new Step.Call(number, behaviour(worker));
        }
        boolean again = random.nextInt(10) == 0;
        return worker.hasReported() && !again ? new Step.Acknowledge(number) : new Step.Report(number);
    }

    private Behaviour behaviour(Worker worker) {
        PaymentKey taken = worker.taken();
        boolean declined = taken != null && isDeclined(taken.operation());
        if (random.nextInt(1_000) >= weather.gatewayTrouble()) {
            return declined ? Behaviour.DECLINED : Behaviour.DONE;
        }
        return switch (random.nextInt(3)) {
            case 0 -> Behaviour.FAILED;
            case 1 -> Behaviour.HANGS;
            default -> declined ? Behaviour.DECLINED_UNHEARD : Behaviour.DONE_UNHEARD;
        };
    }

    /** What was authorised is seldom refused later. */
    private boolean isDeclined(PaymentOperation operation) {
        return random.nextInt(operation == PaymentOperation.AUTHORISE ? 1_000 : 5_000) < weather.declines();
    }

    private Step time(int partition) {
        OptionalLong end = world.books.nextEndMillis();
        long untilEnd = end.orElse(0) - world.logMillis() + random.nextInt(3) - 1;
        return switch (random.nextInt(4)) {
            case 0 -> new Step.Notice(partition, random.nextInt(400) - 200L);
            case 1 ->
                end.isPresent() && untilEnd > 0
                        ? new Step.Pass(untilEnd)
                        : new Step.Pass(random.nextInt(weather.timeMillis()));
            default -> new Step.Pass(random.nextInt(weather.timeMillis()));
        };
    }
}
