package dev.onsale.orders.tls;

import dev.onsale.runtime.OperatorError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that new connections get. The files are read every second, which costs next to nothing and works with every way to
 * replace them: copied over, renamed, or behind a symbolic link as in Kubernetes. Of what is good and valid now, that is served
 * which is valid longest; if nothing is, what was served last goes on.
 */
public final class Certificates implements Supplier<Offer>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Certificates.class);

    private final List<WatchedPair> pairs;
    private final List<String> groups;
    private final InstantSource clock;
    private final Counter renewals;
    private final ScheduledExecutorService timer;
    private volatile Offer offer;
    private boolean saidExpired;

    private Certificates(TlsConfig config, InstantSource clock, MeterRegistry meters) {
        this.pairs = config.pairs().stream().map(WatchedPair::new).toList();
        this.groups = config.groups();
        this.clock = clock;
        this.offer = offer(best().orElseThrow(this::nothingToServe));
        log.info("Serving {}", offer.identity());
        renewals = Counter.builder("onsale.tls.certificate.renewals")
                .description("Certificates that were taken up while the program runs.")
                .register(meters);
        Gauge.builder("onsale.tls.certificate.expiry", this, Certificates::secondsLeft)
                .description("Time until the certificate expires that is served; negative: it has expired.")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("onsale.tls.certificate.refused", pairs, Certificates::refused)
                .description("Certificates on disk that are not served, since something is wrong with them.")
                .register(meters);
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("certificates").factory());
        long pause = config.refresh().toMillis();
        var _ = timer.scheduleWithFixedDelay(this::refresh, pause, pause, TimeUnit.MILLISECONDS);
    }

    /** Begins to look. @throws OperatorError when no certificate can be served */
    public static Certificates open(TlsConfig config, InstantSource clock, MeterRegistry meters) {
        return new Certificates(config, clock, meters);
    }

    private OperatorError nothingToServe() {
        return new OperatorError("No certificate can be served: "
                + pairs.stream().map(WatchedPair::problem).collect(Collectors.joining("; ")) + ".");
    }

    private Optional<Identity> best() {
        Instant now = clock.instant();
        return pairs.stream()
                .map(pair -> pair.look(now))
                .flatMap(Optional::stream)
                .filter(identity -> identity.validAt(now))
                .max(Comparator.comparing(Identity::ends));
    }

    private Offer offer(Identity identity) {
        try {
            return new Offer(identity, groups);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS does not take a certificate whose key fits it", e);
        }
    }

    private void refresh() {
        try {
            Identity served = offer.identity();
            Optional<Identity> best = best();
            if (best.isPresent() && !best.get().equals(served)) {
                offer = offer(best.get());
                renewals.increment();
                saidExpired = false;
                log.info("New connections get {}", best.get());
            } else if (best.isEmpty() && !saidExpired) {
                saidExpired = true;
                log.error("Clients refuse what is served, {}; put a valid certificate on disk", served);
            }
        } catch (RuntimeException e) {
            log.error("The certificates could not be looked at; what was served goes on", e);
        }
    }

    private double secondsLeft() {
        return Duration.between(clock.instant(), offer.identity().ends()).toMillis() / 1e3;
    }

    private static double refused(List<WatchedPair> pairs) {
        return pairs.stream().filter(pair -> !pair.problem().isEmpty()).count();
    }

    /** What a connection that begins now is offered. */
    @Override
    public Offer get() {
        return offer;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
