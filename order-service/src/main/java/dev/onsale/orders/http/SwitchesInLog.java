package dev.onsale.orders.http;

import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.orders.log.LogUnavailableException;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the switches {@code sales} and {@code payments} authoritative: services follow them at once, and the commands that this
 * writes hold for what was queued before. The instance that made the change does it at once, by what it knows of the sections. That
 * may be late, as when a switch is restored before the kill is decided; so each instance also looks once a second whether the
 * sections that it holds are as {@code sales} says, and tells those that are not.
 *
 * <p>Sections that an organizer paused or closed stay as they are, at the kill and at the restoration. While payments are
 * stopped, the clocks of holds stand still, so that no buyer loses seats to it.
 *
 * <p>In a fallback nothing is queued, so {@code sales} is followed by the services alone, and in the log when that is over.
 */
final class SwitchesInLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SwitchesInLog.class);

    private static final long LOOK_MILLIS = 1_000;
    /** So long a section may differ from its switch: flags, commands and the view each need a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SalesControl sales;
    private final KillSwitches switches;
    private final Flags flags;
    private final OrderView view;
    private final Supplier<Optional<SalesControl>> desk;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("switches-in-log").factory());
    /** Since when sections of this instance are not as their switches say; only for the timer's thread. */
    private final Map<SectionKey, Long> differingSinceNanos = new HashMap<>();

    /** @param desk where sections are told while a fallback is under way; empty: none is */
    SwitchesInLog(
            SalesControl sales,
            KillSwitches switches,
            Flags flags,
            OrderView view,
            Supplier<Optional<SalesControl>> desk) {
        this.sales = sales;
        this.switches = switches;
        this.flags = flags;
        this.view = view;
        this.desk = desk;
        var _ = timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (flags.live() && view.ready() && desk.get().isEmpty()) {
                tellThoseThatDiffer(System.nanoTime());
            }
        } catch (LogUnavailableException | ViewUnavailableException e) {
            log.info("Whether the sections are as their switches say is not known now: {}", e.toString());
        } catch (RuntimeException e) {
            log.error("Sections could not be told what their switches say", e);
        }
    }

    private void tellThoseThatDiffer(long nowNanos) {
        List<Section> differing = view.sections().stream()
                .filter(section -> section.definition() != null && (mustPause(section) || mustOpen(section)))
                .toList();
        differingSinceNanos
                .keySet()
                .retainAll(differing.stream().map(Section::key).toList());
        for (Section section : differing) {
            long since = differingSinceNanos.computeIfAbsent(section.key(), _ -> nowNanos);
            if (nowNanos - since >= PATIENCE.toNanos()) {
                SalesState state = mustPause(section) ? SalesState.PAUSED : SalesState.OPEN;
                String flag = switches.salesKilled(section.eventId()).orElse(KnownFlag.SALES.flag());
                sales.set(List.of(section), state, Section.SWITCH_NOTE + flag);
                differingSinceNanos.put(section.key(), nowNanos);
                log.info("The sales of {} were not as the switch says; they are {} now", section.key(), state);
            }
        }
    }

    /** Follows a change that is in the log of releases. */
    void follow(FlagChange change) {
        try {
            Optional<SalesControl> atDesk = desk.get();
            if (change.flag().equals(KnownFlag.PAYMENTS.flag())) {
                PaymentsState state =
                        switches.killed(KnownFlag.PAYMENTS) ? PaymentsState.STOPPED : PaymentsState.RUNNING;
                followPayments(atDesk.orElse(sales), state, change);
            } else if (atDesk.isEmpty()) {
                followSales(change);
            } else {
                log.info(
                        "Sections are told nothing of {} before the fallback is over; nothing is queued",
                        change.flag());
            }
        } catch (LogUnavailableException | ViewUnavailableException | NotSoldHereException | JdbiException e) {
            log.error(
                    "The sections of {} could not be told, so it does not hold for what is queued already. Make the same"
                            + " change again: {}",
                    change.flag(),
                    e.toString());
        }
    }

    private static void followPayments(SalesControl control, PaymentsState state, FlagChange change) {
        List<Section> all = control.present(_ -> true);
        control.setPayments(all, state, note(change));
        log.info("payments of {} sections are {}, after a change of {}", all.size(), state, change.flag());
    }

    private static String note(FlagChange change) {
        return Section.SWITCH_NOTE + change.flag() + ", " + change.who() + ": " + change.why();
    }

    private void followSales(FlagChange change) {
        boolean concernsAll = change.flag().equals(KnownFlag.SALES.flag());
        String eventId = KnownFlag.eventOf(change.flag()).orElse("");
        if (!concernsAll && eventId.isEmpty()) {
            return;
        }
        List<Section> concerned =
                sales.present(section -> concernsAll || section.eventId().equals(eventId));
        String note = note(change);
        List<SectionKey> paused =
                sales.set(concerned.stream().filter(this::mustPause).toList(), SalesState.PAUSED, note);
        List<SectionKey> opened =
                sales.set(concerned.stream().filter(this::mustOpen).toList(), SalesState.OPEN, note);
        log.info(
                "{} sections are paused and {} opened, after a change of {}",
                paused.size(),
                opened.size(),
                change.flag());
    }

    private boolean mustPause(Section section) {
        return killed(section) && section.sales().equals(SalesState.OPEN.name());
    }

    private boolean mustOpen(Section section) {
        return !killed(section) && section.pausedBySwitch();
    }

    private boolean killed(Section section) {
        return switches.salesKilled(section.eventId()).isPresent();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
