package dev.onsale.orders.http;

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
import java.util.Optional;

/** Both ports' routes over one set of parts. */
public final class Http implements AutoCloseable {

    /** The largest body that a route of the public port takes. */
    public static final int MAX_PUBLIC_BODY_BYTES = PurchaseRequest.MAX_BODY_BYTES;
    /** The same of the admin port: a layout. */
    public static final int MAX_ADMIN_BODY_BYTES = AdminRoutes.MAX_LAYOUT_BYTES;

    private final SwitchesInLog switchesInLog;
    private final Router publicRoutes;
    private final Router adminRoutes;
    private final SseStream sse;

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
     */
    public Http(
            CommandLog log,
            Queue queue,
            OrderView view,
            Sections sections,
            Flags flags,
            KillSwitches switches,
            Optional<BuyerTokens> tokens,
            InstanceCalls calls,
            Fellows fellows,
            Limits limits,
            MeterRegistry meters) {
        Entrance entrance = new Entrance(tokens, fellows, limits.calls(), meters);
        Forwarder forwarder = new Forwarder(calls, fellows, longer(limits.cancelWait(), limits.adminWait()));
        Admission admission = new Admission(queue, view, sections, switches, limits.queue());
        Orders orders = new Orders(log, queue, view, admission, new Variants(flags, switches));
        sse = new SseStream(orders, limits.heartbeat());
        OrderRoutes orderRoutes = new OrderRoutes(
                entrance,
                orders,
                forwarder,
                new WaitLimit(limits.buyerWaitingLimit(), limits.waitingLimit(), meters),
                sse,
                limits.cancelWait());
        AdminAccess access = new AdminAccess(limits.adminToken());
        SalesControl sales = new SalesControl(log, sections);
        AdminRoutes admin =
                new AdminRoutes(log, sections, sales, orders, orderRoutes, forwarder, access, limits.adminWait());
        switchesInLog = new SwitchesInLog(sales, switches, flags, view);
        flags.onWritten(view::ready, switchesInLog::follow);
        publicRoutes = new Router(meters, entrance::admit);
        orderRoutes.register(publicRoutes);
        new EventRoutes(view, sections, forwarder).register(publicRoutes);
        admin.registerInternal(publicRoutes);
        adminRoutes = new Router(meters);
        admin.register(adminRoutes);
        new FlagRoutes(flags, switches, access).register(adminRoutes);
        new RegistryRoutes(PinnedSchemas.released().versions()).register(adminRoutes);
    }

    /** Lets no call begin that would not end by itself. */
    public void endStreams() {
        sse.end();
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
