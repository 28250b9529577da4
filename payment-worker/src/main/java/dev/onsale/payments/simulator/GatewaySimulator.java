package dev.onsale.payments.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.runtime.HealthServer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stripe's PaymentIntents API, simulated over HTTP: authorise with manual capture, capture, cancel, refund, with Stripe's
 * idempotency keys, test payment methods and error objects. Its {@link Ledger} is its own.
 *
 * <p>An effect is in the ledger file before it is answered, and survives {@code kill -9} of this process; the file is not
 * forced to the disk, so a loss of power may lose the last effects.
 *
 * <p>An idempotency key remembers the answer of a call that had an effect, declines included. Calls that were malformed,
 * refused for the state of the payment, or failed by {@link Behaviour#errorRate} had none and are not remembered.
 */
public final class GatewaySimulator implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GatewaySimulator.class);
    private static final String INTENTS = "/v1/payment_intents";
    private static final Map<String, String> DECLINES = Map.of(
            "pm_card_visa", "",
            "pm_card_chargeDeclined", "generic_decline",
            "pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds");

    private final Ledger ledger;
    private final WebServer server;
    private final Random random;
    /** Idempotency keys of calls that are being answered, with the hash of their request. */
    private final Map<String, String> inUse = new ConcurrentHashMap<>();

    private volatile Behaviour behaviour = Behaviour.GOOD;

    private GatewaySimulator(SimulatorConfig config, Ledger ledger) {
        this.ledger = ledger;
        this.random = new Random(config.seed());
        this.server = HealthServer.listen(config.host(), config.port(), routes());
    }

    /** Opens the ledger and listens. @throws dev.onsale.runtime.OperatorError when the port or the ledger cannot be had */
    public static GatewaySimulator start(SimulatorConfig config) {
        Ledger ledger = Ledger.open(config.ledgerFile());
        try {
            GatewaySimulator simulator = new GatewaySimulator(config, ledger);
            log.info(
                    "gateway simulator on http://{}:{}, ledger {}, seed {}",
                    config.host(),
                    simulator.port(),
                    config.ledgerFile(),
                    config.seed());
            return simulator;
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        ledger.close();
    }

    private HttpRouting.Builder routes() {
        return HttpRouting.builder()
                .post(INTENTS, (request, response) -> post(request, response, this::authorise))
                .post(
                        INTENTS + "/{id}/capture",
                        (request, response) -> post(
                                request, response, (form, hash, key) -> ledger.capture(id(request), form, hash, key)))
                .post(
                        INTENTS + "/{id}/cancel",
                        (request, response) ->
                                post(request, response, (form, hash, key) -> ledger.cancel(id(request), hash, key)))
                .post("/v1/refunds", (request, response) -> post(request, response, ledger::refund))
                .get(INTENTS + "/{id}", this::retrieve)
                .get("/simulator/ledger", (request, response) -> streamLedger(response))
                .get("/simulator/behaviour", (request, response) -> send(response, 200, behaviour.toJson()))
                .put("/simulator/behaviour", this::changeBehaviour)
                .get(
                        "/health/live",
                        (request, response) -> send(response, 200, Json.object().put("status", "UP")))
                .get(
                        "/health/ready",
                        (request, response) -> send(response, 200, Json.object().put("status", "UP")))
                .any("/*", (request, response) -> {
                    throw Refusal.noSuchPath(request.path().path());
                })
                .error(
                        Refusal.class,
                        (request, response, refusal) -> send(response, refusal.status(), refusal.toJson()));
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    /** A call that may have an effect. */
    @FunctionalInterface
    private interface Effect {
        Ledger.Remembered apply(Form form, String hash, String key);
    }

    private void post(ServerRequest request, ServerResponse response, Effect effect) {
        requireKey(request);
        Form form = Form.parse(request.content().hasEntity() ? request.content().as(String.class) : "");
        String key =
                request.headers().first(HeaderNames.create("Idempotency-Key")).orElse("");
        String hash = form.hash(request.path().path());
        claim(key, hash);
        Ledger.Remembered done;
        boolean replayed;
        try {
            misbehave();
            Ledger.Remembered before = ledger.remembered(key);
            replayed = before != null;
            if (before == null) {
                done = effect.apply(form, hash, key);
            } else if (before.entry().requestHash().equals(hash)) {
                done = before;
            } else {
                throw Refusal.otherBody(key);
            }
        } finally {
            inUse.remove(key);
        }
        if (happens(behaviour.dropResponseRate())) {
            throw new CloseConnectionException("told to drop the response");
        }
        if (replayed) {
            response.header(HeaderNames.create("Idempotent-Replayed"), "true");
        }
        send(response, done.entry().declined() ? 402 : 200, Answers.of(done));
    }

    private static void requireKey(ServerRequest request) {
        if (!request.headers().first(HeaderNames.AUTHORIZATION).orElse("").startsWith("Bearer sk_test_")) {
            throw Refusal.unauthorized();
        }
    }

    private void claim(String key, String hash) {
        if (key.isEmpty()) {
            return;
        }
        String other = inUse.putIfAbsent(key, hash);
        if (other != null) {
            throw other.equals(hash) ? Refusal.keyInUse(key) : Refusal.otherBody(key);
        }
    }

    private void misbehave() {
        Behaviour now = behaviour;
        if (now.latencyMillis() > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(now.latencyMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Refusal.serverError();
            }
        }
        if (happens(now.errorRate())) {
            throw Refusal.serverError();
        }
    }

    private boolean happens(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }

    private Ledger.Remembered authorise(Form form, String hash, String key) {
        if (!form.text("capture_method", "manual").equals("manual")) {
            throw Refusal.invalid("capture_method", "The simulator only knows capture_method=manual.");
        }
        if (!form.text("confirm", "").equals("true")) {
            throw Refusal.invalid("confirm", "The simulator only knows confirm=true.");
        }
        String method = form.required("payment_method");
        String declineCode = DECLINES.get(method);
        if (declineCode == null) {
            throw Refusal.noSuchPaymentMethod(method);
        }
        if (declineCode.isEmpty() && happens(behaviour.declineRate())) {
            declineCode = "generic_decline";
        }
        return ledger.authorise(form, hash, key, declineCode);
    }

    private void retrieve(ServerRequest request, ServerResponse response) {
        requireKey(request);
        misbehave();
        PaymentIntent intent = ledger.intent(id(request));
        if (intent == null) {
            throw Refusal.noSuchIntent(404, "intent", id(request));
        }
        send(response, 200, intent.toJson());
    }

    private void changeBehaviour(ServerRequest request, ServerResponse response) {
        Behaviour changed =
                behaviour.with(request.content().hasEntity() ? request.content().as(String.class) : "");
        behaviour = changed;
        log.info("behaviour is now {}", changed);
        send(response, 200, changed.toJson());
    }

    private void streamLedger(ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "application/jsonl");
        try (var out = new BufferedWriter(new OutputStreamWriter(response.outputStream(), StandardCharsets.UTF_8))) {
            ledger.read(line -> {
                try {
                    out.write(Entry.parse(line).toPublicJson() + "\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(ServerResponse response, int status, ObjectNode body) {
        try {
            response.status(Status.create(status))
                    .header(HeaderNames.CONTENT_TYPE, "application/json")
                    .send(Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
