package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SetSales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of one order or one seat. */
class StoryTest extends SmallSale {

    private static final AuditOptions ALL = AuditOptions.of(Map.of());

    @TempDir
    Path folder;

    private AuditReport audit(Story story) {
        return Audit.run(sale.log, ALL, AuditListener.SILENT, story);
    }

    private static List<String> told(Story story) {
        return story.lines().stream()
                .map(line -> line.where() + " " + line.kind())
                .toList();
    }

    @Test
    void order_isTold_fromPurchaseToStatus_withWhatTheGatewayDid() throws IOException {
        Path ledger = Files.write(folder.resolve("ledger"), sale.ledger);
        Story story = Story.ofOrder(ada);

        AuditReport report =
                Audit.run(sale.log, ALL.withLedgers(List.of(ledger.toString())), AuditListener.SILENT, story);

        assertEquals(
                List.of(
                        "onsale.commands/0/1 Purchase",
                        "onsale.events/0/1 SeatsHeld",
                        "onsale.events/0/2 PaymentRequested",
                        "onsale.payments/0/0 PaymentRequest",
                        "ledger/0/1 GatewayEffect",
                        "onsale.commands/0/3 PaymentReported",
                        "onsale.events/0/5 SeatsSold",
                        "onsale.events/0/6 PaymentRequested",
                        "onsale.payments/0/2 PaymentRequest",
                        "ledger/0/3 GatewayEffect",
                        "onsale.commands/0/5 PaymentReported",
                        "onsale.events/0/9 PaymentSettled",
                        "onsale.orders/0/4 OrderStatus"),
                told(story));
        assertEquals(0, story.exitCode(report));
        String text = PlainStory.of(story, report);
        assertTrue(
                text.startsWith("The story of order " + ada + "\n\n2026-12-01T10:00:00.000Z  onsale.commands/0@1 "),
                text);
        assertTrue(text.contains("ada asks for A-1, A-2 by request r1\n"), text);
        assertTrue(text.contains("sold: A-1, A-2 for 9000, decided by stable\n"), text);
        assertTrue(text.contains("the buyer is told: SOLD, A-1, A-2 for 9000 EUR, payment CAPTURED\n"), text);
        assertTrue(
                text.endsWith("Nothing is wrong with it: every invariant was checked, and no violation names it.\n"));
    }

    /** Dan's hold is stopped by a pause and ends; eve is refused the seat, and gal gets it. */
    @Test
    void seat_isTold_ofAllWhoHadItOrWereRefusedIt() {
        sale.send(A, Sale.header(A).build(), new SetSales(SalesState.PAUSED, "stage"));
        sale.send(A, Sale.header(A).build(), new SetSales(SalesState.OPEN, ""));
        String refused = sale.buy(A, "eve", "r2", 0, "A-4");
        sale.nowMillis += 61_000;
        sale.send(A, Sale.header(A).build(), new ExpireHolds(List.of()));
        String gal = sale.buy(A, "gal", "r1", 0, "A-4");
        sale.send(A, Sale.header(A).build(), new SetSales(SalesState.CLOSED, ""));
        Story story = Story.ofSeat("A", "A-4");

        AuditReport report = audit(story);

        List<String> kinds = story.lines().stream().map(StoryLine::kind).toList();
        assertEquals(
                List.of(
                        "OpenSection",
                        "SectionOpened",
                        "Purchase",
                        "SeatsHeld",
                        "PaymentRequested",
                        "PaymentRequest",
                        "SetSales",
                        "SalesStateChanged",
                        "SetSales",
                        "SalesStateChanged",
                        "Purchase",
                        "PurchaseRejected",
                        "ExpireHolds",
                        "HoldExpired",
                        "OrderStatus",
                        "Purchase",
                        "SeatsHeld",
                        "PaymentRequested",
                        "PaymentRequest",
                        "OrderStatus",
                        "SetSales",
                        "SalesStateChanged"),
                kinds);
        String text = PlainStory.of(story, report);
        assertTrue(text.startsWith("The story of seat rock/A/A-4\n"), text);
        assertTrue(text.contains("refused: SEATS_TAKEN A-4, decided by stable, order " + refused), text);
        assertTrue(
                text.contains("held: A-4 for 4500 until 2026-12-01T10:02:01Z, decided by stable, order " + gal), text);
        assertEquals(0, story.exitCode(report));
    }

    @Test
    void holdThatAnotherPurchaseFoundEnded_isTold_withThatPurchase() {
        sale.nowMillis += 61_000;
        sale.buy(A, "fay", "r1", 1);
        Story story = Story.ofOrder(Requests.orderId("dan", "r1"));

        audit(story);

        List<String> told = told(story);
        assertEquals(
                List.of("onsale.commands/0/9 Purchase", "onsale.events/0/16 HoldExpired"),
                told.subList(told.size() - 3, told.size() - 1));
    }

    @Test
    void verdict_namesWhatIsWrongWithTheOrder_andNothingElse() {
        tamper(3, event -> ((SeatsHeld) event.getPayload()).setTotal(1));
        Story hers = Story.ofOrder(ada);
        Story his = Story.ofOrder(bob);

        AuditReport report = audit(hers);
        audit(his);

        assertFalse(report.proven());
        assertEquals(0, hers.exitCode(report));
        assertTrue(PlainStory.of(hers, report)
                .endsWith("2 other violations were found; see them all without --order and --seat.\n"));
        assertEquals(1, his.exitCode(report));
        assertEquals(
                of(3, report),
                his.violations(report).stream()
                        .filter(each -> each.invariant() == 3)
                        .toList());
        String last = PlainStory.toJson(his, report).lines().toList().getLast();
        assertTrue(
                last.startsWith(
                        "{\"of\":\"order " + bob + "\",\"proven\":false,\"violationsElsewhere\":0,\"violations\":[{"),
                last);
    }

    @Test
    void verdict_saysSo_whenNotAllWasRead() {
        Story story = Story.ofOrder(ada);
        AuditReport whole = audit(story);
        var cut = new Findings(ALL, story)
                .report(
                        1,
                        7,
                        whole.estimate(),
                        whole.run(),
                        whole.inputs(),
                        Optional.of("stopped before reading more than the 1 bytes allowed"));

        assertTrue(PlainStory.of(story, cut).endsWith("""
                No violation names it, as far as the log was read.
                At most 7 commands were not decided yet, and not audited.
                The audit stopped before reading more than the 1 bytes allowed.
                """), PlainStory.of(story, cut));
        assertEquals(2, story.exitCode(cut));
    }

    @Test
    void json_isOneObjectALine() {
        Story story = Story.ofSeat("A", "A-5");

        String first = PlainStory.toJson(story, audit(story)).lines().toList().getFirst();

        assertEquals(
                "{\"topic\":\"onsale.commands\",\"partition\":0,\"offset\":0,\"at\":\"2026-12-01T10:00:00Z\","
                        + "\"kind\":\"OpenSection\",\"says\":\"the organizer puts the section on sale: 2 rows of 5 seats"
                        + " at 4500 EUR\"}",
                first);
    }

    @Test
    void unknownOrderOrSeat_isOneSentence() {
        for (Story story : List.of(
                Story.ofOrder("f".repeat(32)),
                Story.ofSeat("A", "C-1"),
                Story.ofSeat("A", "A-6"),
                Story.ofSeat("A", "1"),
                Story.ofSeat("B", "A-1"))) {
            audit(story);

            var error = assertThrows(OperatorError.class, story::lines);

            assertTrue(String.valueOf(error.getMessage()).startsWith("Nothing in the log names " + story.title()));
        }
    }

    @Test
    void seatOfSeveralEvents_needsOne() {
        sale.open(new SectionKey("jazz", "A"), 1, 3, 0);
        Story both = Story.ofSeat("A", "A-1");
        Story jazz = Story.ofSeat("A", "A-1");

        audit(both);
        Audit.run(sale.log, ALL.withEvent("jazz"), AuditListener.SILENT, jazz);

        var error = assertThrows(OperatorError.class, both::lines);
        assertTrue(
                String.valueOf(error.getMessage()).endsWith("--event which one is meant: jazz, rock."),
                error::toString);
        assertEquals(
                List.of("OpenSection", "SectionOpened"),
                jazz.lines().stream().map(StoryLine::kind).toList());
    }

    @Test
    void story_isWhole_inWhateverSale() {
        long seed = Long.getLong("audit.seed", 1);
        Sale any = RandomSale.of(Shape.concert(300), seed);
        Set<String> held = new TreeSet<>();
        for (int offset = 0; offset < any.log.partition(EVENTS, 0).size(); offset++) {
            Event event = any.event(0, offset);
            if (event.getPayload() instanceof SeatsHeld) {
                held.add(event.getHeader().getOrderId());
            }
        }
        assertTrue(held.size() >= 10, "-Daudit.seed=" + seed);
        held.stream().limit(10).forEach(orderId -> whole(any, orderId, "-Daudit.seed=" + seed));
    }

    /** Each event that names the order is told once, behind its command. */
    private static void whole(Sale any, String orderId, String which) {
        Story story = Story.ofOrder(orderId);
        AuditReport report = Audit.run(any.log, ALL, AuditListener.SILENT, story);

        long events = 0;
        for (int partition = 0; partition < 2; partition++) {
            for (int offset = 0; offset < any.log.partition(EVENTS, partition).size(); offset++) {
                events += any.event(partition, offset).getHeader().getOrderId().equals(orderId) ? 1 : 0;
            }
        }
        List<StoryLine> lines = story.lines();
        assertEquals(
                events,
                lines.stream()
                        .filter(line -> line.where().topic().equals(EVENTS)
                                && line.orderId().equals(orderId))
                        .map(StoryLine::where)
                        .distinct()
                        .count(),
                which);
        assertEquals(
                lines.size(), lines.stream().map(StoryLine::where).distinct().count(), which);
        assertTrue(lines.getFirst().where().topic().equals(COMMANDS), which);
        assertTrue(lines.stream().anyMatch(line -> line.kind().equals("OrderStatus")), which + lines);
        assertEquals(0, story.exitCode(report), which);
    }
}
