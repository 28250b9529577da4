package dev.onsale.payments;

import dev.onsale.fallback.desk.Journal.Asked;
import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.fallback.desk.Run;
import dev.onsale.fallback.desk.Standby;
import dev.onsale.payments.Execution.NotExecutedException;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.PaymentRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes payment requests from PostgreSQL while a fallback is active, has them executed side by side, and has their outcomes
 * decided there. A worker that dies leaves its requests to others, which ask the gateway again with the same idempotency keys
 * and so get the first answers.
 *
 * <p>It is there beside the sources in Kafka, and neither waits for the other.
 */
final class DeskSource implements Source {

    private static final Logger log = LoggerFactory.getLogger(DeskSource.class);

    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration AWAY = Duration.ofSeconds(1);

    private final Standby standby;
    private final Execution execution;
    private final Halt halt;
    private final ExecutorService threads;
    private final int parallelism;
    private final Duration stopGrace;
    private final Semaphore free;

    /**
     * Idempotency keys of what is under way here. A request that takes longer than it may be kept is taken again, by
     * this worker, too.
     */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;

    /**
     * @param standby stays the caller's to close
     * @param parallelism most requests under way at once
     * @param stopGrace how long work under way may take after {@link #stop}
     */
    DeskSource(
            Standby standby,
            Execution execution,
            Halt halt,
            ExecutorService threads,
            int parallelism,
            Duration stopGrace) {
        this.standby = standby;
        this.execution = execution;
        this.halt = halt;
        this.threads = threads;
        this.parallelism = parallelism;
        this.stopGrace = stopGrace;
        this.free = new Semaphore(parallelism);
    }

    /** Also while there is nothing to do, and while PostgreSQL is away: the worker has other sources. */
    @Override
    public boolean ready() {
        return !stopping;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (halt.endsWithin(IDLE) && take().isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
                }
            }
            if (!free.tryAcquire(parallelism, stopGrace.toMillis(), TimeUnit.MILLISECONDS)) {
                log.info("{} requests are left to other workers", parallelism - free.availablePermits());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Asked> take() throws InterruptedException {
        if (standby.state().filter(Run.State.ACTIVE::equals).isEmpty() || free.availablePermits() == 0) {
            return List.of();
        }
        try {
            List<Asked> taken = standby.take(free.availablePermits());
            taken.forEach(this::start);
            return taken;
        } catch (JdbiException e) {
            log.debug("no requests can be taken now: {}", e.toString());
        } catch (RuntimeException e) {
            log.error("Requests could not be taken from PostgreSQL", e);
        }
        TimeUnit.MILLISECONDS.sleep(AWAY.toMillis());
        return List.of();
    }

    private void start(Asked asked) {
        String key = asked.request().getIdempotencyKey();
        if (!underWay.add(key)) {
            return;
        }
        free.acquireUninterruptibly();
        var _ = threads.submit(() -> {
            try {
                execute(asked);
            } catch (RuntimeException e) {
                log.error("{} failed and is left for another try", key, e);
            } finally {
                underWay.remove(key);
                free.release();
            }
            return null;
        });
    }

    private void execute(Asked asked) throws InterruptedException {
        PaymentRequest request = asked.request();
        try {
            report(request, execution.execute(request, asked.askedAtMillis()));
        } catch (NotExecutedException e) {
            log.error("{} is left where it is: {}", request.getIdempotencyKey(), e.getMessage());
        }
    }

    private void report(PaymentRequest request, Definite answer) throws InterruptedException {
        SectionKey section = new SectionKey(request.getEventId(), request.getSectionId());
        while (true) {
            try {
                var _ = standby.desk().decide(section, Reports.command(request, answer));
                return;
            } catch (NotSoldHereException e) {
                // Whoever gets it after the fallback asks the gateway again, and gets the same answer.
                log.info("{} is not reported here any more: {}", request.getIdempotencyKey(), e.getMessage());
                return;
            } catch (JdbiException e) {
                log.debug("{} cannot be reported yet: {}", request.getIdempotencyKey(), e.toString());
                TimeUnit.MILLISECONDS.sleep(AWAY.toMillis());
            }
        }
    }
}
