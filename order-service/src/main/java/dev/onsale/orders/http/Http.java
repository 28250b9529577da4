package dev.onsale.orders.http;

import dev.onsale.orders.fallback.Fallback;
import dev.onsale.orders.identity.BuyerTokens;
import dev.onsale.orders.limit.LimitConfig;
import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.log.Queue;
import dev.onsale.orders.log.QueueBounds;
import dev.onsale.orders.registry.RegistryRoutes;
import dev.onsale.orders.tls.InstanceCalls;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Sections;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.Variants;
import dev.onsale.schemas.PinnedSchemas;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Both ports' routes over one set of parts. */
public final class Http implements AutoCloseable {

    /** The largest body that a route of the public port takes. */
    public static final int MAX_PUBLIC_BODY_BYTES = PurchaseRequest.MAX_BODY_BYTES;
    /** The same of the admin port: a layout. */
    public static final int MAX_ADMIN_BODY_BYTES = AdminRoutes.MAX_LAYOUT_BYTES;

    private final SwitchesInLog switchesInLog;
    private final Router publicRoutes;
    private final Router adminRoutes;
    private final List<SseStream> streams = new ArrayList<>();

    /**
     * What can be set.
     *
     * @param queue how long the queue may become before new orders are refused
     * @param buyerWaitingLimit calls of one buyer that may wait at the same time
     * @param waitingLimit calls that may wait at the same time; others are answered at once
     * @param calls how often buyers and addresses may call
     * @param adminToken token that changing calls on the admin port must bear; empty: none
     */
    public record Limits(
            QueueBounds queue,
            int buyerWaitingLimit,
            int waitingLimit,
            LimitConfig calls,
            String adminToken,
            Duration cancelWait,
            Duration adminWait,
            Duration heartbeat) {
        /** Without the token. */
        @Override
        public String toString() {
            return "limits of calls: " + calls;
        }
    }

    /**
     * Puts the parts together.
     *
     * @param flags stay the caller's to close, as do the calls
     * @param tokens what names a buyer; empty: the header of the API gateway
     * @param fallback how sales go on without the log; empty: not at all
     */
    public Http(
            CommandLog log,
            Queue queue,
            OrderView view,
            Sections sections,
            Flags flags,
            KillSwitches switches,
            Optional<BuyerTokens> tokens,
            Optional<Fallback> fallback,
            InstanceCalls calls,
            Fellows fellows,
            Limits limits,
            MeterRegistry meters) {
        Entrance entrance = new Entrance(tokens, fellows, limits.calls(), meters);
        Forwarder forwarder = new Forwarder(calls, fellows, longer(limits.cancelWait(), limits.adminWait()));
        Admission admission = new Admission(queue, view, sections, switches, limits.queue());
        Variants variants = new Variants(flags, switches);
        AdminAccess access = new AdminAccess(limits.adminToken());
        WaitLimit waits = new WaitLimit(limits.buyerWaitingLimit(), limits.waitingLimit(), meters);
        BiFunction<Orders, SalesControl, Way> ways = (orders, sales) -> {
            SseStream stream = new SseStream(orders, limits.heartbeat());
            streams.add(stream);
            var buyers = new OrderRoutes(entrance, orders, forwarder, waits, stream, limits.cancelWait());
            return new Way(
                    buyers,
                    new AdminRoutes(log, sections, sales, orders, buyers, forwarder, access, limits.adminWait()));
        };
        SalesControl sales = new SalesControl(log::append, sections::asOfNow);
        Way usual = ways.apply(new LogOrders(log, queue, view, admission, variants), sales);
        Optional<SalesControl> salesAtDesk = fallback.map(
                desk -> new SalesControl(desk::send, () -> desk.asOfNow().orElse(List.of())));
        Way atDesk = fallback.map(
                        desk -> ways.apply(new DeskOrders(desk, admission, variants), salesAtDesk.orElseThrow()))
                .orElse(usual);
        Choice choice = fallback.<Choice>map(FallbackChoice::new).orElse(Choice.USUAL);

        switchesInLog = new SwitchesInLog(
                sales,
                switches,
                flags,
                view,
                () -> fallback.filter(Fallback::underWay).flatMap(_ -> salesAtDesk));
        flags.onWritten(view::ready, switchesInLog::follow);
        publicRoutes = new Router(meters, entrance::admit);
        usual.buyers().register(publicRoutes, choice, atDesk.buyers());
        new EventRoutes(view, sections, forwarder).register(publicRoutes);
        usual.organizers().registerInternal(publicRoutes, choice, atDesk.organizers());
        adminRoutes = new Router(meters);
        usual.organizers().register(adminRoutes, choice, atDesk.organizers());
        new FlagRoutes(flags, switches, access).register(adminRoutes);
        new RegistryRoutes(PinnedSchemas.released().versions()).register(adminRoutes);
    }

    /** The routes over one kind of orders. */
    private record Way(OrderRoutes buyers, AdminRoutes organizers) {}

    /** Lets no call begin that would not end by itself. */
    public void endStreams() {
        streams.forEach(SseStream::end);
    }

    /** Calls to either port that somebody waits for, but for those that other instances have passed on. */
    public int underWay() {
        return publicRoutes.underWay() + adminRoutes.underWay();
    }

    public Router publicRoutes() {
        return publicRoutes;
    }

    public Router adminRoutes() {
        return adminRoutes;
    }

    @Override
    public void close() {
        switchesInLog.close();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
