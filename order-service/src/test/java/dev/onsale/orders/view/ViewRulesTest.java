package dev.onsale.orders.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SectionOpened;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ViewRulesTest {

    private static final String KEY = "rock/A";

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, OrderStatus> statuses;
    private TestInputTopic<String, Event> events;

    @BeforeEach
    void start() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "view");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        var ids = PinnedSchemas.released();
        driver = new TopologyTestDriver(
                ViewTopology.create(
                        ids,
                        status -> told.add(status.getState() + "@" + status.getVersion()),
                        new Tails(partition -> -1)),
                properties);
        statuses = driver.createInputTopic(
                Topics.ORDERS.name(),
                Topics.ORDERS.keySerde().serializer(),
                Topics.ORDERS.valueSerde(ids).serializer());
        events = driver.createInputTopic(
                Topics.EVENTS.name(),
                Topics.EVENTS.keySerde().serializer(),
                Topics.EVENTS.valueSerde(ids).serializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static OrderStatus status(String section, OrderState state, long version) {
        return OrderStatus.newBuilder()
                .setOrderId("o")
                .setEventId("rock")
                .setSectionId(section)
                .setBuyer("b")
                .setRequestHash(1)
                .setState(state)
                .setReceipt(new Receipt(0, 0L))
                .setVersion(version)
                .build();
    }

    private static Event event(long version, int free, Object payload) {
        return new Event(
                EventHeader.newBuilder()
                        .setEventId("rock")
                        .setSectionId("A")
                        .setReceipt(new Receipt(0, version))
                        .setDecidedAt(Instant.EPOCH)
                        .setSectionVersion(version)
                        .setFree(free)
                        .setHeld(0)
                        .setSold(0)
                        .build(),
                payload);
    }

    private static SectionOpened opened() {
        return new SectionOpened(SectionDefinition.newBuilder()
                .setEventName("Rock")
                .setCurrency("EUR")
                .setRows(1)
                .setSeatsPerRow(3)
                .setPrice(100)
                .setHoldSeconds(60)
                .setMaxPerBuyer(2)
                .build());
    }

    private static SeatsHeld held(String... seats) {
        return SeatsHeld.newBuilder()
                .setSeats(List.of(seats))
                .setQuantity(seats.length)
                .setTotal(1)
                .setHoldEndsAt(Instant.EPOCH)
                .setRequestHash(1)
                .build();
    }

    private KeyValueStore<String, OrderStatus> orders() {
        return driver.getKeyValueStore(ViewTopology.ORDERS);
    }

    private Section section() {
        return driver.<String, Section>getKeyValueStore(ViewTopology.SECTIONS).get(KEY);
    }

    private String seat(String name) {
        return driver.<String, String>getKeyValueStore(ViewTopology.SEATS).get(EventProcessor.seatKey(KEY, name));
    }

    @Test
    void status_isReplaced_byALaterOneOnly() {
        statuses.pipeInput("o", status("A", OrderState.HELD, 5));
        statuses.pipeInput("o", status("A", OrderState.SOLD, 7));
        statuses.pipeInput("o", status("A", OrderState.HELD, 5));
        assertEquals(OrderState.SOLD, orders().get("o").getState());
        assertEquals(List.of("HELD@5", "SOLD@7"), told);
    }

    @Test
    void status_staysWithTheFirstSection_whenTwoSectionsAnswer() {
        statuses.pipeInput("o", status("A", OrderState.HELD, 5));
        statuses.pipeInput("o", status("B", OrderState.SOLD, 900));
        assertEquals("A", orders().get("o").getSectionId());
        assertEquals(List.of("HELD@5"), told);
    }

    @Test
    void status_isGone_afterATombstone() {
        statuses.pipeInput("o", status("A", OrderState.HELD, 5));
        statuses.pipeInput("o", (OrderStatus) null);
        assertNull(orders().get("o"));
    }

    @Test
    void seats_followTheEvents() {
        events.pipeInput(KEY, event(1, 3, opened()));
        events.pipeInput(KEY, event(2, 1, held("A-1", "A-2")));
        events.pipeInput(KEY, event(3, 1, new SeatsSold(List.of("A-1"), 1, 100L)));
        events.pipeInput(KEY, event(4, 2, new HoldCancelled(List.of("A-2"), 1, CancelledBy.BUYER)));
        assertEquals("SOLD", seat("A-1"));
        assertNull(seat("A-2"));
        assertEquals(2, section().free());
        assertEquals(4, section().version());
    }

    @Test
    void section_endsInTheSameState_whenItsEventsAreReplayed() {
        List<Event> all = List.of(
                event(1, 3, opened()),
                event(2, 2, held("A-1")),
                event(3, 3, new HoldCancelled(List.of("A-1"), 1, CancelledBy.BUYER)),
                event(4, 2, held("A-2")),
                event(5, 2, new SalesStateChanged(SalesState.PAUSED, 0L, "")));
        all.forEach(event -> events.pipeInput(KEY, event));
        Section before = section();
        all.subList(1, 5).forEach(event -> events.pipeInput(KEY, event));
        assertEquals(before, section());
        assertEquals("PAUSED", section().sales());
        assertNull(seat("A-1"));
        assertEquals("HELD", seat("A-2"));
    }

    @Test
    void refusal_isRemembered_evenOfAnUnknownSection() {
        events.pipeInput(KEY, event(0, 0, new CommandRejected(Reason.INVALID_DEFINITION)));
        assertNull(section().definition());
        assertEquals("INVALID_DEFINITION", section().refusedReason());
        assertEquals(0, section().refusedOffset());
    }

    /** A change here renames state or changes what instances exchange; it needs a decision, not only a new file. */
    @Test
    void topology_isAsDescribed() throws IOException {
        try (InputStream in = ViewRulesTest.class.getResourceAsStream("topology.txt")) {
            assertEquals(
                    in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip(),
                    ViewTopology.create(PinnedSchemas.released(), status -> {}, new Tails(partition -> -1))
                            .describe()
                            .toString()
                            .strip());
        }
    }
}
