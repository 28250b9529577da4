package dev.onsale.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.demo.Rush.Outcome;
import dev.onsale.cli.http.Answer;
import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.BoxOffice.Wish;
import dev.onsale.cli.story.Story;
import dev.onsale.cli.story.StoryEndedException;
import dev.onsale.schemas.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The acts of the story. Each is checked against what the services say, and in the end against two independent books. */
final class Demo {

    private static final String NIGHT = "demo-night";
    private static final String MATINEE = "demo-matinee";
    private static final String LAYOUT_NIGHT = """
            event: demo-night
            name: Demo Night
            currency: EUR
            holdSeconds: 120
            maxPerBuyer: 4
            sections:
              - { section: HALL, rows: 4, seatsPerRow: 10, price: 4500 }
              - { section: FLOOR, capacity: 30, price: 3000 }
              - { section: BOX, rows: 1, seatsPerRow: 4, price: 9900 }
            """;
    /** Three seconds to pay, so that the story need not wait for long. */
    private static final String LAYOUT_MATINEE = """
            event: demo-matinee
            name: Demo Matinee
            currency: EUR
            holdSeconds: 3
            maxPerBuyer: 2
            sections:
              - { section: BALCONY, rows: 1, seatsPerRow: 2, price: 2500 }
            """;

    private static final int SEATS = 40;
    private static final int PLACES = 30;
    private static final int COPIES = 3;
    private static final Duration GATEWAY_PATIENCE = Duration.ofSeconds(60);

    private final Story story;
    private final BoxOffice boxOffice;
    /** Orders that ended as SOLD. */
    private final List<Answer> sold = new ArrayList<>();

    Demo(Story story, BoxOffice boxOffice) {
        this.story = story;
        this.boxOffice = boxOffice;
    }

    void openEvents() {
        story.step("Put two events on sale: a night with 40 seats, 30 standing places and a box, and a small matinee.");
        boxOffice.open(LAYOUT_NIGHT);
        boxOffice.open(LAYOUT_MATINEE);
        story.checkEqual(SEATS, free(NIGHT, "HALL"), "40 seats are free in HALL");
        story.checkEqual(PLACES, free(NIGHT, "FLOOR"), "30 places are free in FLOOR");
    }

    void sellOut() {
        story.step("Sell it out: 55 rivals at once, each sending the same request three times.");
        List<Wish> wishes = new ArrayList<>();
        IntStream.range(0, 35).forEach(n -> wishes.add(wish("hall-" + n, NIGHT, "HALL", 2, BoxOffice.GOOD_CARD)));
        IntStream.range(0, 20).forEach(n -> wishes.add(wish("floor-" + n, NIGHT, "FLOOR", 2, BoxOffice.GOOD_CARD)));
        List<Outcome> outcomes = new Rush(boxOffice, COPIES).run(wishes);
        Set<String> seats = new HashSet<>();
        int seatsSold = 0;
        int places = 0;
        for (Outcome outcome : outcomes) {
            if (outcome.answers().size() != 1) {
                throw new StoryEndedException(outcome.wish().buyer() + " got different answers: " + outcome.answers());
            }
            if (outcome.sold()) {
                sold.add(outcome.order());
                if (outcome.wish().section().equals("HALL")) {
                    outcome.order().body().path("seats").forEach(seat -> seats.add(seat.asText()));
                    seatsSold += outcome.wish().quantity();
                } else {
                    places += outcome.wish().quantity();
                }
            }
        }
        long rejected = outcomes.stream()
                .filter(outcome -> outcome.order().text("status").equals("REJECTED"))
                .count();
        story.tell(COPIES * wishes.size() + " requests: " + sold.size() + " orders sold, " + rejected + " rejected.");
        story.checkEqual(
                (long) wishes.size(), sold.size() + rejected, "every buyer got one answer, the same for each copy");
        story.checkEqual(SEATS, seatsSold, "exactly 40 seats were sold in HALL");
        story.checkEqual(SEATS, seats.size(), "no seat was sold twice");
        story.checkEqual(PLACES, places, "exactly 30 places were sold in FLOOR");
    }

    void declineThenOtherCard() {
        story.step("A card is declined; the buyer pays with another while the seats are held.");
        Wish wish = wish("dora", NIGHT, "BOX", 2, BoxOffice.BAD_CARD);
        Answer declined = boxOffice.buy(wish);
        story.checkEqual("HELD", declined.text("status"), "declined, and the seats stay held: " + seats(declined));
        Answer paid = boxOffice.settled(wish.buyer(), boxOffice.pay(wish.buyer(), declined, BoxOffice.GOOD_CARD));
        story.checkEqual("SOLD", paid.text("status"), "sold with the other card");
        sold.add(paid);
        story.checkEqual(1L, captures(paid), "one charge");
    }

    void droppedResponse() {
        story.step("The gateway takes the money and its answer is lost on the way.");
        Wish wish = wish("lena", NIGHT, "BOX", 1, BoxOffice.GOOD_CARD);
        boxOffice.gatewayDropsResponses(true);
        try (ExecutorService buyer = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> bought = buyer.submit(() -> boxOffice.buy(wish));
            String orderId = Requests.orderId(wish.buyer(), wish.request());
            awaitLedger(ledger -> Books.count(ledger, orderId, "authorise") > 0);
            boxOffice.gatewayDropsResponses(false);
            story.tell("The gateway has booked the authorisation, and nobody was told.");
            Answer order = bought.get();
            story.checkEqual("SOLD", order.text("status"), "asked again with the same key: sold");
            sold.add(order);
            List<JsonNode> ledger = awaitLedger(books -> Books.count(books, orderId, "capture") > 0);
            story.checkEqual(1L, Books.count(ledger, orderId, "authorise"), "one authorisation");
            story.checkEqual(1L, Books.count(ledger, orderId, "capture"), "one charge");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryEndedException("interrupted");
        } finally {
            boxOffice.gatewayDropsResponses(false);
        }
    }

    /** A sold order is charged right after it is sold, so the books are read until they have come so far. */
    private List<JsonNode> awaitLedger(Predicate<List<JsonNode>> goal) {
        long deadline = System.nanoTime() + GATEWAY_PATIENCE.toNanos();
        List<JsonNode> ledger = boxOffice.ledger();
        while (!goal.test(ledger) && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoryEndedException("interrupted");
            }
            ledger = boxOffice.ledger();
        }
        return ledger;
    }

    void unpaidHoldExpires() {
        story.step("Somebody holds the matinee's last two seats and does not pay.");
        Answer held = boxOffice.buy(wish("ivan", MATINEE, "BALCONY", 2, BoxOffice.BAD_CARD));
        story.checkEqual("HELD", held.text("status"), "held until " + held.text("holdEndsAt") + ": " + seats(held));
        Answer tooEarly = boxOffice.buy(wish("mia-1", MATINEE, "BALCONY", 2, BoxOffice.GOOD_CARD));
        story.checkEqual("REJECTED", tooEarly.text("status"), "the next buyer is told: " + tooEarly.text("reason"));
        Answer ended = boxOffice.ended("ivan", held);
        story.checkEqual("EXPIRED", ended.text("status"), "the hold has ended by itself");
        Answer second = boxOffice.buy(wish("mia-2", MATINEE, "BALCONY", 2, BoxOffice.GOOD_CARD));
        story.checkEqual("SOLD", second.text("status"), "the seats went to somebody else: " + seats(second));
        sold.add(second);
    }

    /** The gateway's own books against the tickets. */
    void compareBooks() {
        story.step("Ask the payment gateway, which keeps books of its own, what it has charged.");
        Map<String, Long> asked = Books.asked(sold);
        Map<String, Long> kept =
                Books.kept(awaitLedger(books -> Books.kept(books).size() >= asked.size()));
        story.checkEqual(
                Map.of(),
                Books.differences(asked, kept),
                "each of " + sold.size() + " sold orders was charged its price once, and nobody else");
        story.tell(String.format(
                Locale.ROOT,
                "Charged: EUR %.2f; sold: EUR %.2f.",
                Books.total(kept) / 100.0,
                Books.total(asked) / 100.0));
    }

    private static Wish wish(String buyer, String event, String section, int quantity, String card) {
        return new Wish(buyer, buyer + "-request", event, section, quantity, card);
    }

    private int free(String event, String section) {
        return boxOffice.counts(event, section).path("free").asInt();
    }

    private long captures(Answer order) {
        String orderId = order.text("orderId");
        return Books.count(awaitLedger(books -> Books.count(books, orderId, "capture") > 0), orderId, "capture");
    }

    private static String seats(Answer order) {
        List<String> seats = new ArrayList<>();
        order.body().path("seats").forEach(seat -> seats.add(seat.asText()));
        return String.join(", ", seats);
    }
}
