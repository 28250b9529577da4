package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.inventory.InventoryService;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.payments.StripeGateway;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.HoldReference;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A payment is reported in the millisecond in which its hold ends, the one before and the one after, beside commands that notice the
 * end. On a real broker records cannot be timed to the millisecond, so in this test the topic of commands keeps the times that
 * are written into them.
 */
@Tag("long")
class ExpiryRaceIT {

    private static final int HOLD_SECONDS = 600;
    private static final String BUYER = "ada";
    private static final String SEAT = "A-1";

    @TempDir
    Path folder;

    private enum Sequence {
        PAYMENT_FIRST,
        EXPIRY_FIRST,
        /** The hold's end is noticed, somebody else wants the seat, and then the payment is reported. */
        RIVAL_BEFORE_PAYMENT
    }

    /** Times are in milliseconds after the hold's end. */
    private record Race(Sequence sequence, int paymentAt, int expiryAt) {

        static List<Race> all() {
            return Stream.of(Sequence.values())
                    .flatMap(sequence -> Stream.of(-1, 0, 1)
                            .flatMap(payment -> Stream.of(-1, 0, 1).map(expiry -> new Race(sequence, payment, expiry))))
                    .toList();
        }

        SectionKey section() {
            return new SectionKey("race", sequence + "." + (1 + paymentAt) + "." + (1 + expiryAt));
        }

        /** The order in the log decides, and the times in it: a hold ends with the first record that is not before its end. */
        List<String> outcome() {
            boolean noticed = sequence != Sequence.PAYMENT_FIRST && expiryAt >= 0;
            if (noticed && sequence == Sequence.RIVAL_BEFORE_PAYMENT) {
                return List.of("HoldExpired", "VOID");
            }
            return noticed || paymentAt >= 0
                    ? List.of("HoldExpired", "SeatsRetaken", "SeatsSold", "CAPTURE")
                    : List.of("SeatsSold", "CAPTURE");
        }
    }

    @Test
    @Tag("expiry-races-payment")
    void order_hasOneOutcome_whenItsPaymentIsReportedAroundTheEndOfItsHold() throws Exception {
        // Half of the hold has passed: what happens at the time of the machine's clock is before the end of every hold.
        long begin = System.currentTimeMillis() - HOLD_SECONDS * 1_000L / 2;
        long end = begin + HOLD_SECONDS * 1_000L;
        try (Lab lab = Lab.startIdle(folder);
                Commands commands = new Commands(lab.bootstrap());
                StripeGateway gateway = new StripeGateway(lab.gateway(), "sk_test_race", Duration.ofSeconds(10))) {
            keepTimes(lab.bootstrap());
            try (InventoryService decider =
                    lab.decide(folder.resolve("state"), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
                for (Race race : Race.all()) {
                    commands.sendAt(begin, race.section(), Commands.opening(race.section(), 1, 1, HOLD_SECONDS));
                    commands.sendAt(begin, race.section(), purchase(race.section(), BUYER));
                }
                Map<String, PaymentRequest> requests = requests(lab.bootstrap());
                for (Race race : Race.all()) {
                    PaymentRequest request =
                            Objects.requireNonNull(requests.get(race.section().toString()));
                    Succeeded authorised = (Succeeded) gateway.authorise(request);
                    run(race, end, commands, reported(request, authorised));
                }
                commands.flush();
                lab.startWorker();
                Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof();

                Map<String, List<String>> outcomes = outcomes(lab.bootstrap());
                for (Race race : Race.all()) {
                    assertEquals(race.outcome(), outcomes.get(race.section().toString()), race::toString);
                }
                new Finding("expiry-races-payment")
                        .saw(
                                Race.all().size() + " races of a payment, an expiry and a rival at -1, 0 and +1 ms",
                                proof);
                assertEquals(true, decider.ready());
            }
        }
    }

    private static void run(Race race, long end, Commands commands, Command report) {
        SectionKey section = race.section();
        if (race.sequence == Sequence.PAYMENT_FIRST) {
            commands.sendAt(end + race.paymentAt, section, report);
        }
        commands.sendAt(end + race.expiryAt, section, expiry(section));
        if (race.sequence == Sequence.RIVAL_BEFORE_PAYMENT) {
            commands.sendAt(end + race.expiryAt, section, purchase(section, "rival"));
        }
        if (race.sequence != Sequence.PAYMENT_FIRST) {
            commands.sendAt(end + race.paymentAt, section, report);
        }
    }

    private static void keepTimes(String bootstrap) throws Exception {
        var createTime = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, Topics.COMMANDS.name()),
                            List.of(new AlterConfigOp(createTime, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static Command purchase(SectionKey section, String buyer) {
        return Commands.purchase(section, buyer, section.sectionId(), 1, List.of(SEAT), Commands.GOOD_CARD);
    }

    private static Command expiry(SectionKey section) {
        String orderId = Requests.orderId(BUYER, section.sectionId());
        return new Command(Commands.header(section).build(), new ExpireHolds(List.of(new HoldReference(orderId, 1L))));
    }

    private static Command reported(PaymentRequest request, Succeeded authorised) {
        SectionKey section = new SectionKey(request.getEventId(), request.getSectionId());
        return new Command(
                Commands.header(section)
                        .setBuyer(request.getBuyer())
                        .setOrderId(request.getOrderId())
                        .build(),
                PaymentReported.newBuilder()
                        .setAttempt(request.getAttempt())
                        .setOperation(PaymentOperation.AUTHORISE)
                        .setOutcome(PaymentOutcome.SUCCEEDED)
                        .setGatewayReference(authorised.reference())
                        .setAmount(authorised.amount())
                        .build());
    }

    /** What the decider asks of workers, by section; of whom there is none yet. */
    private static Map<String, PaymentRequest> requests(String bootstrap) {
        AvroSerde<PaymentRequest> serde =
                AvroSerde.of(PaymentRequest.class, PinnedSchemas.released(), Topics.PAYMENTS.name() + "-value");
        Map<String, PaymentRequest> requests = new TreeMap<>();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            TopicReader.committed(bootstrap, Topics.PAYMENTS.name()).stream()
                    .map(record -> serde.fromBytes(record.value()))
                    .forEach(request -> requests.put(request.getEventId() + "/" + request.getSectionId(), request));
            return requests.size() == Race.all().size();
        });
        return requests;
    }

    /** What happened to the order of {@value #BUYER} in each section, once it was held. */
    private static Map<String, List<String>> outcomes(String bootstrap) {
        Map<String, List<String>> outcomes = new TreeMap<>();
        for (var record : TopicReader.committed(bootstrap, Topics.EVENTS.name())) {
            Event event = Replay.EVENTS.fromBytes(record.value());
            String section = event.getHeader().getSectionId();
            if (event.getHeader().getOrderId().equals(Requests.orderId(BUYER, section))) {
                outcomes.computeIfAbsent("race/" + section, _ -> new ArrayList<>())
                        .addAll(kind(event));
            }
        }
        return outcomes;
    }

    private static List<String> kind(Event event) {
        return switch (event.getPayload()) {
            case HoldExpired _ -> List.of("HoldExpired");
            case SeatsRetaken _ -> List.of("SeatsRetaken");
            case SeatsSold _ -> List.of("SeatsSold");
            case PaymentRequested asked
            when asked.getOperation() != PaymentOperation.AUTHORISE ->
                List.of(asked.getOperation().name());
            default -> List.of();
        };
    }
}
