package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.authorise;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.payments.GatewayAnswer.Ambiguous;
import dev.onsale.payments.GatewayAnswer.Cause;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.wire.PaymentRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PatientGatewayTest {

    /** Counts calls; authorises only. */
    private abstract static class Authoriser implements PaymentGateway {
        final AtomicInteger calls = new AtomicInteger();

        abstract GatewayAnswer answer(PaymentRequest request);

        @Override
        public final GatewayAnswer authorise(PaymentRequest request) {
            calls.incrementAndGet();
            return answer(request);
        }

        @Override
        public GatewayAnswer capture(PaymentRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public GatewayAnswer cancel(PaymentRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public GatewayAnswer refund(PaymentRequest request) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void execute_chargesOnce_whenResponsesAreDropped(@TempDir Path folder) throws Exception {
        try (Simulated simulated = new Simulated(folder);
                StripeGateway stripe = new StripeGateway(simulated.url(), "sk_test_simulator", Duration.ofSeconds(5));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PatientGateway patient = new PatientGateway(stripe, new NoHalt(), new SimpleMeterRegistry(), "stable");
            simulated.behave("{\"dropResponseRate\":1}");
            Future<Definite> answer = threads.submit(() -> patient.execute(authorise("a")));
            await().until(() -> simulated.count("a", "authorise") == 1);
            simulated.behave("{\"dropResponseRate\":0}");
            assertInstanceOf(Succeeded.class, answer.get());
            assertEquals(1, simulated.count("a", "authorise"));
        }
    }

    @Test
    void execute_amplifiesByATenthAtMost_whenGatewayBrownsOut() throws Exception {
        AtomicBoolean brownOut = new AtomicBoolean(true);
        Authoriser gateway = new Authoriser() {
            @Override
            GatewayAnswer answer(PaymentRequest request) {
                return brownOut.get()
                        ? new Ambiguous("500", Cause.GATEWAY_IN_TROUBLE)
                        : new Succeeded("pi_" + request.getOrderId(), request.getAmount());
            }
        };
        PatientGateway patient = new PatientGateway(gateway, new NoHalt(), new SimpleMeterRegistry(), "stable");
        int operations = 2_000;
        Semaphore parallelism = new Semaphore(64);
        List<Future<Definite>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < operations; i++) {
                PaymentRequest request = authorise("order-" + i);
                answers.add(threads.submit(() -> {
                    parallelism.acquire();
                    try {
                        return patient.execute(request);
                    } finally {
                        parallelism.release();
                    }
                }));
            }
            // The breaker has opened, probed and opened again a few times.
            await().atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ofSeconds(8))
                    .until(() -> gateway.calls.get() > 20);
            brownOut.set(false);
            for (Future<Definite> answer : answers) {
                assertInstanceOf(Succeeded.class, answer.get());
            }
        }
        double amplification = gateway.calls.get() / (double) operations;
        System.out.println("calls per operation in the brown-out: " + amplification);
        assertTrue(amplification <= 1.1, "calls per operation: " + amplification);
    }

    @Test
    void execute_keepsTryingAndSaysSo_whileKeyIsRefused() throws Exception {
        AtomicBoolean mended = new AtomicBoolean();
        Authoriser gateway = new Authoriser() {
            @Override
            GatewayAnswer answer(PaymentRequest request) {
                return mended.get() ? new Succeeded("pi_1", 1) : new Ambiguous("401", Cause.KEY_REFUSED);
            }
        };
        PatientGateway patient = new PatientGateway(gateway, new NoHalt(), new SimpleMeterRegistry(), "stable");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Definite> answer = threads.submit(() -> patient.execute(authorise("a")));
            await().until(() -> patient.keyRefused() && gateway.calls.get() >= 2);
            mended.set(true);
            assertEquals(new Succeeded("pi_1", 1), answer.get());
            assertTrue(!patient.keyRefused());
        }
    }

    @Test
    void execute_isInterrupted_whenThreadIs() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        Authoriser gateway = new Authoriser() {
            @Override
            GatewayAnswer answer(PaymentRequest request) {
                called.countDown();
                return new Ambiguous("500", Cause.GATEWAY_IN_TROUBLE);
            }
        };
        PatientGateway patient = new PatientGateway(gateway, new NoHalt(), new SimpleMeterRegistry(), "stable");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Definite> answer = threads.submit(() -> patient.execute(authorise("a")));
            called.await();
            threads.shutdownNow();
            ExecutionException e = assertThrows(ExecutionException.class, answer::get);
            assertInstanceOf(InterruptedException.class, e.getCause());
        }
    }

    private record NoHalt() implements Halt {
        @Override
        public void awaitEnd() {}

        @Override
        public boolean endsWithin(Duration timeout) {
            return true;
        }
    }
}
