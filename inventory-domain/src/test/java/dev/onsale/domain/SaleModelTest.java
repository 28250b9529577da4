package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Decider.Recorded;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random commands against the books that are kept from the events. */
class SaleModelTest {

    private static final int SALES = 60;
    private static final int COMMANDS = 250;

    @ParameterizedTest
    @ValueSource(strings = {Stamp.STABLE, Stamp.CANDIDATE})
    void invariants_hold_whateverIsAsked(String variant) {
        long seed = Long.getLong("onsale.seed", new Random().nextLong());
        System.out.println("SaleModelTest seed " + seed + " (repeat it with -Donsale.seed=" + seed + ")");
        Set<String> seen = new HashSet<>();
        for (int sale = 0; sale < SALES; sale++) {
            new Sale(variant, new Random(seed + sale), seen).run("seed " + seed + ", sale " + sale);
        }
        Stream.of(Event.class.getPermittedSubclasses(), Event.OrderEvent.class.getPermittedSubclasses())
                .flatMap(Stream::of)
                .filter(event -> event != Event.OrderEvent.class)
                .forEach(event -> assertTrue(seen.contains(event.getSimpleName()), "no " + event + " in any sale"));
    }

    /** One sale from before its opening until everything has ended. */
    private static final class Sale {

        private static final List<SectionDefinition> SECTIONS = List.of(
                Story.SEATS,
                Story.FLOOR,
                Story.limited(Story.definition(3, 4, 0), 3),
                Story.limited(Story.FLOOR, 4),
                Story.priced(Story.SEATS, 0),
                Story.window(Story.SEATS, 60_000, 1_800_000));

        private final Random random;
        private final Set<String> seen;
        private final Gateway gateway;
        private final Bookkeeping books = new Bookkeeping();
        private final World world;
        /** The same section, built anew from what was kept at some point, and going on from there. */
        private World twin;

        private final Map<String, Command.Purchase> purchases = new LinkedHashMap<>();
        private SectionDefinition definition;
        private long now = Story.NOON;
        private long epoch;

        Sale(String variant, Random random, Set<String> seen) {
            this.world = new World(variant);
            this.twin = new World(variant);
            this.random = random;
            this.seen = seen;
            this.gateway = new Gateway(random);
            this.definition = any(random, SECTIONS);
        }

        void run(String where) {
            List<Command> log = new ArrayList<>();
            try {
                for (int i = 0; i < COMMANDS; i++) {
                    passTime();
                    Command command = i == 5 ? Story.opens(definition) : command();
                    log.add(command);
                    handle(command);
                    if (random.nextInt(20) == 0) {
                        world.assertRebuilt();
                        twin = world.rebuilt();
                    }
                    if (random.nextInt(60) == 0 && world.section().definition().isPresent()) {
                        fallback();
                    }
                }
                end();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        where + ", command " + log.size() + " " + (log.isEmpty() ? "" : log.getLast()) + ": "
                                + e.getMessage(),
                        e);
            }
        }

        private void passTime() {
            now += switch (random.nextInt(20)) {
                case 0 -> Story.HOLD + random.nextInt(1000);
                case 1 -> -random.nextInt(1000); // another broker's clock
                case 2, 3, 4, 5, 6 -> 0;
                default -> random.nextInt(20_000);
            };
        }

        private void handle(Command command) {
            List<Recorded> recorded = world.handle(command, now);
            assertEquals(recorded, twin.handle(command, now), "a section that was built anew decides alike");
            for (Recorded each : recorded) {
                books.enter(each, now);
                seen.add(each.event().getClass().getSimpleName());
                if (each.event() instanceof Event.PaymentRequested request) {
                    gateway.ask(request);
                }
            }
            if (world.section().inFallback() && !(command instanceof Command.FallbackCommand)) {
                return;
            }
            books.assertNoHoldOutlivesItsDeadline(now);
            if (command instanceof Command.Purchase purchase) {
                assertTrue(books.isAnswered(purchase.orderId()), "invariant 2: no answer");
            }
        }

        private record Away(Command.Adopt decision, long atMillis) {}

        /** A time in which the section is decided elsewhere, and comes back decision by decision. */
        private void fallback() {
            handle(new Command.EnterFallback(++epoch));
            World elsewhere = world.rebuilt();
            List<Away> decisions = new ArrayList<>();
            for (int i = random.nextInt(15); i > 0; i--) {
                now += random.nextInt(3) == 0 ? random.nextInt((int) Story.HOLD) : random.nextInt(1000);
                if (!elsewhere.section().holdsEndedBy(now, 1).isEmpty()) {
                    decisions.add(elsewhere(elsewhere, Story.expires()));
                }
                decisions.add(elsewhere(elsewhere, command()));
            }
            long end = now;
            for (int i = 0; i < decisions.size(); i++) {
                handle(purchase());
                adopt(decisions.get(i));
                adopt(decisions.get(random.nextInt(i + 1)));
            }
            now = end;
            assertEquals(elsewhere.told(), world.told(), "the section comes back as it went on elsewhere");
            handle(new Command.LeaveFallback(epoch, elsewhere.section().version()));
        }

        private Away elsewhere(World elsewhere, Command command) {
            Away away = new Away(elsewhere.decidedElsewhere(command, now), now);
            elsewhere.handle(away.decision(), now);
            return away;
        }

        private void adopt(Away away) {
            now = away.atMillis();
            handle(away.decision());
        }

        private Command command() {
            return switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4, 5 -> purchase();
                case 6 -> repeat();
                case 7, 8, 9, 10, 11, 12 -> gateway.isWaiting() ? gateway.next() : purchase();
                case 13 -> gateway.hasReported() ? gateway.again() : purchase();
                case 14 -> forged();
                case 15, 16, 17 -> Story.retries(knownOrderId(), random.nextInt(3));
                case 18 -> Story.cancels(knownOrderId());
                case 19 -> Story.organizerCancels(knownOrderId());
                case 20, 21 -> Story.expires(orderId());
                case 22 -> random.nextInt(3) == 0 ? payments() : sales();
                default -> open();
            };
        }

        private Command.Purchase purchase() {
            int quantity = random.nextInt(5);
            OptionalLong total = random.nextInt(4) == 0
                    ? OptionalLong.of(definition.price() * quantity)
                    : random.nextInt(30) == 0 ? OptionalLong.of(7) : OptionalLong.empty();
            boolean named = random.nextInt(3) == 0;
            List<String> seats =
                    named ? IntStream.range(0, quantity).mapToObj(i -> seat()).toList() : List.of();
            Command.Purchase asked = Story.purchase(orderId(), named ? 0 : quantity, seats, total);
            var purchase = new Command.Purchase(
                    asked.orderId(),
                    asked.buyer(),
                    asked.requestHash(),
                    asked.quantity(),
                    asked.seats(),
                    random.nextBoolean() ? SeatPreference.ANY : SeatPreference.CONTIGUOUS,
                    asked.expectedTotal(),
                    asked.paymentToken());
            purchases.putIfAbsent(purchase.orderId(), purchase);
            return purchase;
        }

        private String seat() {
            return (char) ('A' + random.nextInt(3)) + "-" + (1 + random.nextInt(5));
        }

        private Command repeat() {
            List<Command.Purchase> all = List.copyOf(purchases.values());
            return all.isEmpty() ? purchase() : any(random, all);
        }

        private String orderId() {
            return any(random, List.of("ada", "ben", "cy", "dee", "eve")) + random.nextInt(30);
        }

        /** Mostly an order that was asked for. */
        private String knownOrderId() {
            return purchases.isEmpty() || random.nextInt(10) == 0
                    ? orderId()
                    : any(random, List.copyOf(purchases.keySet()));
        }

        /** A report on something that was never asked for. */
        private Command forged() {
            String orderId = orderId();
            PaymentOperation operation = any(random, List.of(PaymentOperation.values()));
            int attempt = random.nextInt(4);
            return gateway.wasAsked(orderId, attempt, operation)
                    ? purchase()
                    : Story.reports(orderId, attempt, operation, any(random, List.of(PaymentOutcome.values())));
        }

        private Command sales() {
            return switch (random.nextInt(6)) {
                case 0, 1 -> Story.pauses();
                case 2 -> Story.closes();
                default -> Story.resumes();
            };
        }

        private Command payments() {
            return random.nextInt(3) == 0 ? Story.stopsPayments() : Story.resumesPayments();
        }

        private Command open() {
            if (random.nextInt(3) == 0 && definition.capacity() < 20) {
                definition = definition.numbered()
                        ? grown(definition.rows() + 1, definition.generalAdmission())
                        : grown(0, definition.generalAdmission() + 1);
            }
            return Story.opens(random.nextInt(4) == 0 ? Story.priced(definition, 1) : definition);
        }

        private SectionDefinition grown(int rows, int generalAdmission) {
            return new SectionDefinition(
                    definition.eventName(),
                    definition.currency(),
                    rows,
                    definition.seatsPerRow(),
                    generalAdmission,
                    definition.price(),
                    definition.holdSeconds(),
                    definition.maxPerBuyer(),
                    definition.salesOpenMillis(),
                    definition.salesCloseMillis());
        }

        /** Every hold ends, every payment is reported, and the money is where it belongs. */
        private void end() {
            handle(Story.resumes());
            handle(Story.resumesPayments());
            now += 10 * Story.HOLD;
            handle(Story.expires());
            while (gateway.isWaiting()) {
                handle(gateway.next());
            }
            now += 10 * Story.HOLD;
            handle(Story.expires());
            assertEquals(List.of(), world.section().heldOrders());
            books.assertMoneyIsRight(gateway);
            world.assertRebuilt();
        }
    }

    private static <T> T any(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Test
    void forgedReports_areRefused_wheneverTheyCome() {
        var random = new Random(7);
        var world = new World();
        world.handle(Story.opens(Story.SEATS), Story.NOON);
        world.handle(Story.buys("ada1", 1), Story.NOON);
        for (int i = 0; i < 500; i++) {
            int attempt = 2 + random.nextInt(3);
            PaymentOperation operation = any(random, List.of(PaymentOperation.values()));
            PaymentOutcome outcome = any(random, List.of(PaymentOutcome.values()));

            List<Recorded> recorded = world.handle(Story.reports("ada1", attempt, operation, outcome), Story.NOON + i);

            assertEquals(1, recorded.size());
            var rejected = assertInstanceOf(
                    Event.CommandRejected.class, recorded.getFirst().event());
            assertEquals(Reason.UNEXPECTED_REPORT, rejected.reason());
        }
    }
}
