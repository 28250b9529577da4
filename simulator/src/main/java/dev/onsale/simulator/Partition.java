package dev.onsale.simulator;

import dev.onsale.domain.Stamp;
import dev.onsale.simulator.Instance.Kept;
import dev.onsale.simulator.Instance.Transaction;
import dev.onsale.simulator.Step.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its command log, what its decider has committed, and the instances that take themselves for its decider. A
 * commit makes decisions, stores, emitted commands and the place in the log visible at once.
 */
final class Partition {

    /** More zombies than this show nothing new. */
    private static final int MAX_ZOMBIES = 2;

    final CommandLog log = new CommandLog();
    private final int number;
    private final ToIntFunction<String> home;
    private final Set<Mutant> mutants;
    private final Tally tally;
    private final Rules rules;

    private final Map<String, Kept> changelog = new LinkedHashMap<>();
    private long committedPosition;
    private Instance leader;
    private final Deque<Instance> zombies = new ArrayDeque<>();
    /** Only with faults built in: what is committed later than it should be. */
    private @Nullable Transaction lateStores;

    private long latePosition;

    /** @param home partition that a section belongs to */
    Partition(int number, ToIntFunction<String> home, Set<Mutant> mutants, Tally tally) {
        this.number = number;
        this.home = home;
        this.mutants = mutants;
        this.tally = tally;
        this.rules = MutantRules.of(mutants);
        this.leader = new Instance(rules, 0);
    }

    private @Nullable Instance instance(Role role) {
        return switch (role) {
            case LEADER -> leader;
            case ZOMBIE -> zombies.peekFirst();
        };
    }

    /** Whether the instance in a role has taken another command. */
    boolean decide(Role role, long clockMillis) {
        Instance instance = instance(role);
        if (instance == null) {
            return false;
        }
        OptionalLong next = next(instance);
        if (next.isEmpty()) {
            return false;
        }
        long offset = next.getAsLong();
        CommandLog.Entry entry = log.at(offset);
        long atMillis = mutants.contains(Mutant.CLOCK_OF_THE_DECIDER) ? clockMillis : entry.atMillis;
        Stamp stamp = new Stamp(number, offset, atMillis, entry.variant);
        boolean astray = home.applyAsInt(entry.section) != number;
        if (astray && !mutants.contains(Mutant.WRONG_PARTITION_DECIDED)) {
            tally.count(Tally.Sight.DEAD_LETTERS);
            instance.putAside(offset, entry, stamp);
        } else {
            instance.decide(offset, entry, stamp);
        }
        return true;
    }

    private OptionalLong next(Instance instance) {
        if (mutants.contains(Mutant.ABORTED_COMMANDS_READ)) {
            return instance.position() < log.end() ? OptionalLong.of(instance.position()) : OptionalLong.empty();
        }
        return log.nextCommitted(instance.position());
    }

    /** Commits, unless the instance was replaced: then it learns that and ends. */
    void commit(Role role, Consumer<Instance.Decided> visible) {
        Instance instance = instance(role);
        if (instance == null || instance.transaction().isEmpty()) {
            return;
        }
        if (instance != leader && !mutants.contains(Mutant.ZOMBIE_NOT_FENCED)) {
            tally.count(Tally.Sight.ZOMBIES_FENCED);
            zombies.removeFirst();
            return;
        }
        Transaction transaction = instance.transaction();
        instance.begin();
        transaction.emitted.forEach(CommandLog.Entry::commit);
        keep(transaction, instance.position());
        transaction.decided.forEach(visible);
    }

    private void keep(Transaction transaction, long position) {
        boolean lateOffset = mutants.contains(Mutant.OFFSET_OUTSIDE_TRANSACTION);
        committedPosition = lateOffset ? latePosition : position;
        latePosition = position;
        if (mutants.contains(Mutant.RESTORED_TOO_OLD)) {
            if (lateStores != null) {
                keep(lateStores);
            }
            lateStores = transaction;
        } else {
            keep(transaction);
        }
    }

    private void keep(Transaction transaction) {
        transaction.sections.forEach((id, state) -> {
            Kept before = changelog.get(id);
            changelog.put(id, new Kept(state, before == null ? new LinkedHashMap<>() : before.orders()));
        });
        transaction.orders.forEach((id, orders) -> orders.forEach((orderId, order) -> {
            Kept kept = changelog.get(id);
            if (kept != null) {
                kept.orders().put(orderId, order);
            }
        }));
    }

    void notice(long clockMillis, long atMillis) {
        leader.notice(clockMillis, atMillis, log);
    }

    void restart() {
        tally.count(leader.transaction().isEmpty() ? Tally.Sight.RESTARTS : Tally.Sight.RESTARTS_IN_TRANSACTION);
        takeOver();
    }

    void replace() {
        if (zombies.size() < MAX_ZOMBIES) {
            tally.count(Tally.Sight.REPLACED_ALIVE);
            zombies.addLast(leader);
        }
        takeOver();
    }

    /** A new instance aborts what its predecessor had not committed, and begins from what was. */
    private void takeOver() {
        Instance before = leader;
        before.transaction().emitted.forEach(CommandLog.Entry::abort);
        leader = new Instance(rules, committedPosition);
        if (mutants.contains(Mutant.HEAP_SURVIVES_ABORT)) {
            leader.inherit(before);
        } else {
            boolean forgets = mutants.contains(Mutant.DEDUPE_FORGOTTEN);
            leader.restore(changelog, order -> !forgets || order.owns());
        }
    }

    /** Zombies end, and the leader is a fresh one. */
    void heal() {
        zombies.clear();
        takeOver();
    }

    boolean hasZombie() {
        return !zombies.isEmpty();
    }

    /** Number of decisions that the leader has not committed. */
    int uncommitted() {
        return leader.transaction().decided.size()
                + leader.transaction().emitted.size();
    }

    /** Whether the leader could decide now. */
    boolean hasNext() {
        return next(leader).isPresent();
    }

    /** Number of commands that wait for the leader. */
    long backlog() {
        return log.end() - leader.position();
    }
}
