package dev.onsale.release.flags;

import dev.onsale.release.flags.KnownFlag.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kill switches at the price of reading a field: they are evaluated when flags change, and not for each request. Counts
 * what each refused. Safe for use by several threads.
 */
public final class KillSwitches {

    /** Buyers may name any event, so what they name is remembered only up to here. */
    private static final int MOST_EVENTS = 1_000;

    private final Flags flags;
    private final String service;
    private final MeterRegistry meters;
    /** Switches of events that were asked for; a managed service may know of them while the topic does not. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private volatile Set<String> killed = Set.of();

    /**
     * Follows the flags from now on.
     *
     * @param service whose they are, for the metrics
     */
    public KillSwitches(Flags flags, String service, MeterRegistry meters) {
        this.flags = flags;
        this.service = service;
        this.meters = meters;
        flags.onChange(this::refresh);
        refresh();
        Gauge.builder("onsale.switches.killed", this, switches -> switches.killed.size())
                .description("Kill switches that are off.")
                .tag("service", service)
                .register(meters);
    }

    /** Locked as a whole: of several threads the last one to look is the last one to say. */
    private synchronized void refresh() {
        Stream<String> ofEvents = Stream.concat(flags.latest().stream().map(FlagChange::flag), asked.stream())
                .filter(flag -> KnownFlag.eventOf(flag).isPresent());
        Stream<String> fixed = Arrays.stream(KnownFlag.values())
                .filter(flag -> flag.kind() == Kind.SWITCH)
                .map(KnownFlag::flag);
        killed = Stream.concat(fixed, ofEvents)
                .distinct()
                .filter(flag -> !flags.on(flag))
                .collect(Collectors.toUnmodifiableSet());
        notifyAll();
    }

    /** Whether a switch is off. */
    public boolean killed(KnownFlag flag) {
        return killed.contains(flag.flag());
    }

    /** Every switch that is off, by name. */
    public Set<String> killed() {
        return killed;
    }

    /** The switch that stops the sales of an event, its own or that of all; empty: they run. */
    public Optional<String> salesKilled(String eventId) {
        String own = KnownFlag.salesOf(eventId);
        if (flags.managed() && asked.size() < MOST_EVENTS && asked.add(own)) {
            refresh();
        }
        Set<String> now = killed;
        return Stream.of(KnownFlag.SALES.flag(), own).filter(now::contains).findFirst();
    }

    /** Counts something that was refused, or made to wait, because a switch is off. */
    public void refused(String flag) {
        // Not one counter for each event: buyers name them.
        String name = KnownFlag.eventOf(flag).isPresent() ? KnownFlag.salesOf("EVENT") : flag;
        meters.counter("onsale.switch.refused", "service", service, "switch", name)
                .increment();
    }

    /** Waits while a switch is off, and counts that something had to. */
    public void awaitRestored(KnownFlag flag) throws InterruptedException {
        if (!killed(flag)) {
            return;
        }
        refused(flag.flag());
        synchronized (this) {
            while (killed(flag)) {
                wait();
            }
        }
    }

    /** Waits while a switch is off, but not for longer than this. @return whether it is on */
    public synchronized boolean restoredWithin(KnownFlag flag, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (killed(flag)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
