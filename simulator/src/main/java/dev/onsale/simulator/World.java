package dev.onsale.simulator;

import static dev.onsale.simulator.Violation.unless;

import dev.onsale.domain.Command;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.Stamp;
import dev.onsale.simulator.Step.Behaviour;
import dev.onsale.simulator.Step.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** One sale and everything around it. Steps change it, and nothing else does. */
final class World {

    /** Noon of a day in 2026. */
    private static final long BEGIN_MILLIS = 1_790_000_000_000L;

    final Layout layout;
    final Tally tally = new Tally();
    final List<Partition> partitions = new ArrayList<>();
    final Books books;
    final Payments payments = new Payments();
    final Gateway gateway;
    final List<Worker> workers;

    private long nowMillis = BEGIN_MILLIS;
    private long shiftMillis;

    World(Layout layout, Set<Mutant> mutants) {
        this.layout = layout;
        for (int i = 0; i < layout.partitions(); i++) {
            partitions.add(new Partition(i, layout::home, mutants, tally));
        }
        books = new Books(partitions, mutants, tally);
        gateway = new Gateway(books, tally);
        workers = IntStream.range(0, layout.workers())
                .mapToObj(i -> new Worker(i, mutants, tally))
                .toList();
    }

    /** Lets a step happen. @throws Violation when an invariant does not hold any more */
    void apply(Step step) {
        switch (step) {
            case Step.Send(int partition, String section, Command command, String variant) ->
                partitions.get(partition).log.append(section, command, variant, logMillis());
            case Step.Decide(int partition, Role role) ->
                partitions.get(partition).decide(role, nowMillis);
            case Step.Commit(int partition, Role role) -> commit(partition, role);
            case Step.Notice(int partition, long skewMillis) ->
                partitions.get(partition).notice(nowMillis + skewMillis, logMillis());
            case Step.Restart(int partition) -> partitions.get(partition).restart();
            case Step.Replace(int partition) -> partitions.get(partition).replace();
            case Step.Take(int worker, PaymentKey request) ->
                workers.get(worker).take(request, payments);
            case Step.Call(int worker, Behaviour behaviour) ->
                workers.get(worker).call(gateway, behaviour);
            case Step.CatchUp(PaymentKey request, boolean declines) -> gateway.catchUp(request, declines);
            case Step.Report(int worker) -> report(workers.get(worker));
            case Step.Acknowledge(int worker) -> workers.get(worker).acknowledge(payments);
            case Step.Kill(int worker) -> workers.get(worker).kill();
            case Step.Pass(long millis) -> nowMillis += millis;
            case Step.Shift(long millis) -> {
                shiftMillis = millis;
                tally.count(Tally.Sight.CLOCK_JUMPS);
            }
        }
    }

    private void commit(int partition, Role role) {
        partitions.get(partition).commit(role, decided -> {
            books.enter(decided);
            payments.enter(decided);
        });
    }

    private void report(Worker worker) {
        PaymentKey taken = worker.taken();
        if (taken != null) {
            String section = taken.section();
            worker.report()
                    .ifPresent(answer -> partitions
                            .get(layout.home(section))
                            .log
                            .append(section, answer, Stamp.STABLE, logMillis()));
        }
    }

    /** What the broker's clock says now. */
    long logMillis() {
        return nowMillis + shiftMillis;
    }

    /** Number of commands that wait for a decision. */
    long backlog() {
        return partitions.stream().mapToLong(Partition::backlog).sum();
    }

    /**
     * Ends all faults, lets clocks run, and goes on until nothing is under way.
     *
     * @throws Violation when something does not end, or not as it should
     */
    void settle() {
        partitions.forEach(Partition::heal);
        workers.forEach(Worker::kill);
        for (int i = 0; i < layout.sections().size(); i++) {
            String section = layout.section(i);
            int home = layout.home(section);
            apply(new Step.Send(home, section, new Command.SetSales(SalesState.OPEN, ""), Stamp.STABLE));
            apply(new Step.Send(home, section, new Command.SetPayments(PaymentsState.RUNNING, ""), Stamp.STABLE));
        }
        do {
            settleCommandsAndPayments();
        } while (endNextHold());
        books.requireSettled(gateway);
    }

    private void settleCommandsAndPayments() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (int i = 0; i < partitions.size(); i++) {
                while (partitions.get(i).decide(Role.LEADER, nowMillis)) {
                    busy = true;
                }
                commit(i, Role.LEADER);
            }
            gateway.catchUpAll();
            while (!payments.isEmpty()) {
                busy = true;
                PaymentKey key = payments.first();
                Worker worker = workers.getFirst();
                worker.take(key, payments);
                worker.call(gateway, Behaviour.DONE);
                report(worker);
                worker.acknowledge(payments);
                unless(worker.isIdle(), Invariant.SETTLEMENT, () -> key + " is never answered");
            }
        }
    }

    /** Passes the time to the end of the hold that ends next, and has it noticed; false: there is none. */
    private boolean endNextHold() {
        OptionalLong end = books.nextEndMillis();
        if (end.isEmpty()) {
            return false;
        }
        nowMillis = Math.max(nowMillis, end.getAsLong() - shiftMillis);
        for (int i = 0; i < partitions.size(); i++) {
            apply(new Step.Notice(i, shiftMillis));
            commit(i, Role.LEADER);
            while (partitions.get(i).decide(Role.LEADER, nowMillis)) {
                commit(i, Role.LEADER);
            }
        }
        OptionalLong next = books.nextEndMillis();
        unless(
                next.isEmpty() || next.getAsLong() > end.getAsLong(),
                Invariant.SETTLEMENT,
                () -> "a hold does not end by itself");
        return true;
    }
}
