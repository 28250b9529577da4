package dev.onsale.orders.http;

import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.log.Queue;
import dev.onsale.orders.registry.RegistryRoutes;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Sections;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.Variants;
import dev.onsale.schemas.PinnedSchemas;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** Both ports' routes over one set of parts. */
public final class Http implements AutoCloseable {

    private final SwitchesInLog switchesInLog;
    private final Router publicRoutes;
    private final Router adminRoutes;
    private final SseStream sse;
    private final Forwarder forwarder = new Forwarder();

    /**
     * What can be set.
     *
     * @param queueLimit commands waiting in one partition beyond which new orders are refused
     * @param admissionLimit the same while the switch {@code admission} is off
     * @param buyerWaitingLimit calls of one buyer that may wait at the same time
     * @param adminToken token that changing calls on the admin port must bear; empty: none
     */
    public record Limits(
            int queueLimit,
            int admissionLimit,
            int buyerWaitingLimit,
            String adminToken,
            Duration cancelWait,
            Duration adminWait,
            Duration heartbeat) {}

    /** @param flags stay the caller's to close */
    public Http(
            CommandLog log,
            Queue queue,
            OrderView view,
            Sections sections,
            Flags flags,
            KillSwitches switches,
            Limits limits,
            MeterRegistry meters) {
        Admission admission =
                new Admission(queue, view, sections, switches, limits.queueLimit(), limits.admissionLimit());
        Orders orders = new Orders(log, queue, view, admission, new Variants(flags, switches));
        sse = new SseStream(orders, limits.heartbeat());
        OrderRoutes orderRoutes = new OrderRoutes(
                orders, forwarder, new WaitLimit(limits.buyerWaitingLimit(), meters), sse, limits.cancelWait());
        AdminAccess access = new AdminAccess(limits.adminToken());
        SalesControl sales = new SalesControl(log, sections);
        AdminRoutes admin =
                new AdminRoutes(log, sections, sales, orders, orderRoutes, forwarder, access, limits.adminWait());
        switchesInLog = new SwitchesInLog(sales, switches, flags, view);
        flags.onWritten(view::ready, switchesInLog::follow);
        publicRoutes = new Router(meters);
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
        forwarder.close();
    }
}
