package dev.onsale.orders.tls;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificate is served as files and time change. */
class CertificatesTest {

    private static final Instant NOON = Instant.parse("2027-01-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private volatile Instant now = NOON;
    private Authority authority;

    @BeforeEach
    void found() {
        authority = new Authority(folder);
    }

    private Certificates open(PemPair... more) {
        List<PemPair> pairs =
                new java.util.ArrayList<>(List.of(new PemPair(authority.certificateFile(), authority.keyFile())));
        pairs.addAll(List.of(more));
        return Certificates.open(
                new TlsConfig(pairs, List.of("X25519"), false, Optional.empty(), Duration.ofMillis(50)),
                () -> now,
                meters);
    }

    /** Valid from an hour before noon on. */
    private HeldCertificate until(long serial, Duration afterNoon) {
        return authority.issue(serial, NOON.minus(HOUR), NOON.plus(afterNoon));
    }

    private PemPair second(HeldCertificate certificate) throws Exception {
        return new PemPair(
                Authority.replace(folder.resolve("second.crt"), certificate.certificatePem()),
                Authority.replace(folder.resolve("second.key"), certificate.privateKeyPkcs8Pem()));
    }

    private static long serial(Certificates certificates) {
        return certificates.get().identity().certificate().getSerialNumber().longValue();
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private double renewals() {
        return meters.get("onsale.tls.certificate.renewals").counter().count();
    }

    @Test
    void replacedPair_isTakenUp_andExpiryIsTold() throws Exception {
        authority.install(until(1, HOUR));
        try (Certificates certificates = open()) {
            assertEquals(1, serial(certificates));
            assertEquals(3600, gauge("onsale.tls.certificate.expiry"));
            authority.install(until(2, HOUR.multipliedBy(2)));
            await().until(() -> serial(certificates) == 2);
            assertEquals(7200, gauge("onsale.tls.certificate.expiry"));
            assertEquals(1, renewals());
        }
    }

    /** As Kubernetes does it: the files are links through a link to a folder, which is replaced. */
    @Test
    void pairBehindALink_isTakenUp_whenTheLinkIsReplaced() throws Exception {
        for (int i = 1; i <= 2; i++) {
            Path data = Files.createDirectory(folder.resolve("data" + i));
            new Authority(data).install(until(i, HOUR));
        }
        Path link = Files.createSymbolicLink(folder.resolve("data"), Path.of("data1"));
        Files.createSymbolicLink(authority.certificateFile(), Path.of("data", "tls.crt"));
        Files.createSymbolicLink(authority.keyFile(), Path.of("data", "tls.key"));
        try (Certificates certificates = open()) {
            assertEquals(1, serial(certificates));
            Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of("data2"));
            Files.move(next, link, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            await().until(() -> serial(certificates) == 2);
        }
    }

    @Test
    void oldOne_goesOn_whileWhatIsOnDiskIsBroken() throws Exception {
        HeldCertificate next = until(2, HOUR);
        authority.install(until(1, HOUR));
        try (Certificates certificates = open()) {
            List<String> broken = List.of("", next.certificatePem().substring(0, 300), next.certificatePem());
            for (String content : broken) {
                Authority.replace(authority.certificateFile(), content);
                await().until(() -> gauge("onsale.tls.certificate.refused") == 1);
                assertEquals(1, serial(certificates));
                authority.install(until(1, HOUR));
                await().until(() -> gauge("onsale.tls.certificate.refused") == 0);
            }
            Files.delete(authority.keyFile());
            await().until(() -> gauge("onsale.tls.certificate.refused") == 1);
            assertEquals(1, serial(certificates));
            authority.install(next);
            await().until(() -> serial(certificates) == 2);
            assertEquals(0, gauge("onsale.tls.certificate.refused"));
        }
    }

    @Test
    void expiredOne_isNotTakenUp() throws Exception {
        authority.install(until(1, HOUR));
        try (Certificates certificates = open()) {
            authority.install(until(2, Duration.ofSeconds(-1)));
            await().until(() -> gauge("onsale.tls.certificate.refused") == 1);
            assertEquals(1, serial(certificates));
        }
    }

    @Test
    void expiredOne_isNeverServed_whenAValidOneIsOnDisk() throws Exception {
        authority.install(until(1, Duration.ofSeconds(-1)));
        try (Certificates certificates = open(second(until(2, HOUR)))) {
            assertEquals(2, serial(certificates));
            authority.install(until(3, HOUR.multipliedBy(2)));
            await().until(() -> serial(certificates) == 3);
            now = NOON.plus(HOUR.multipliedBy(3));
            authority.install(until(4, HOUR.multipliedBy(4)));
            await().until(() -> serial(certificates) == 4);
        }
    }

    @Test
    void otherPair_isServed_onceTheFirstExpires() throws Exception {
        authority.install(authority.issue(1, NOON.minus(HOUR), NOON.plus(HOUR)));
        PemPair later = second(authority.issue(2, NOON.plusSeconds(600), NOON.plus(HOUR.multipliedBy(2))));
        try (Certificates certificates = open(later)) {
            assertEquals(1, serial(certificates));
            now = NOON.plusSeconds(601);
            await().until(() -> serial(certificates) == 2);
        }
    }

    @Test
    void comingOne_isServed_fromItsTimeOn() throws Exception {
        authority.install(until(1, HOUR));
        try (Certificates certificates = open()) {
            authority.install(authority.issue(2, NOON.plusSeconds(60), NOON.plus(HOUR)));
            await().until(() -> gauge("onsale.tls.certificate.refused") == 1);
            assertEquals(1, serial(certificates));
            now = NOON.plusSeconds(60);
            await().until(() -> serial(certificates) == 2);
            assertEquals(0, gauge("onsale.tls.certificate.refused"));
        }
    }

    @Test
    void lastOne_goesOn_whenNothingIsValid() throws Exception {
        authority.install(until(1, HOUR));
        try (Certificates certificates = open()) {
            now = NOON.plus(HOUR).plusSeconds(5);
            await().until(() -> gauge("onsale.tls.certificate.expiry") == -5);
            assertEquals(1, serial(certificates));
        }
    }

    @Test
    void start_isRefused_whenNothingCanBeServed() throws Exception {
        String missing = refusal();
        assertTrue(missing.startsWith("No certificate can be served: ") && missing.contains("cannot be read"), missing);
        authority.install(until(1, Duration.ofSeconds(-1)));
        assertTrue(refusal().contains("has expired at 2027-01-01T11:59:59Z"), refusal());
        authority.install(authority.issue(1, NOON.plusSeconds(1), NOON.plus(HOUR)));
        assertTrue(refusal().contains("is valid only from 2027-01-01T12:00:01Z"), refusal());
    }

    private String refusal() {
        return String.valueOf(assertThrows(OperatorError.class, this::open).getMessage());
    }
}
