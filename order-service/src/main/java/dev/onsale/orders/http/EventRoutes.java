package dev.onsale.orders.http;

import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.SeatState;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.Section.Definition;
import dev.onsale.orders.view.Sections;
import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.schemas.SectionKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/** What is on sale, and how much of it is left. */
final class EventRoutes {

    private static final byte[] NO_BODY = {};

    private final OrderView view;
    private final Sections sections;
    private final Forwarder forwarder;

    EventRoutes(OrderView view, Sections sections, Forwarder forwarder) {
        this.view = view;
        this.sections = sections;
        this.forwarder = forwarder;
    }

    void register(Router router) {
        router.on("GET", "/events", this::events)
                .on("GET", "/events/{eventId}", this::event)
                .on("GET", "/events/{eventId}/availability", this::availability)
                .on("GET", "/events/{eventId}/sections/{sectionId}/seats", this::seats)
                .on("GET", Sections.PATH, call -> call.bytes("application/json", Section.toJson(view.sections())));
    }

    private void events(Call call) {
        Map<String, List<Section>> events = sections.onSale().stream()
                .collect(Collectors.groupingBy(Section::eventId, LinkedHashMap::new, Collectors.toList()));
        call.status(200)
                .set("Cache-Control", "max-age=1")
                .json(Map.of(
                        "events",
                        events.values().stream().map(EventRoutes::eventJson).toList()));
    }

    private void event(Call call) {
        call.status(200).set("Cache-Control", "max-age=1").json(eventJson(sectionsOf(call)));
    }

    private void availability(Call call) {
        List<Section> present = sectionsOf(call);
        String etag = ETags.of(Long.toHexString(present.stream()
                .mapToLong(section -> Objects.hash(section.sectionId(), section.version()))
                .reduce(1, (hash, next) -> 31 * hash + next)));
        call.set("ETag", etag).set("Cache-Control", "max-age=1");
        if (ETags.callerHas(call, etag)) {
            call.status(304).empty();
            return;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("eventId", call.path("eventId"));
        json.put("sections", present.stream().map(EventRoutes::counts).toList());
        call.status(200).json(json);
    }

    private static Map<String, Object> counts(Section section) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sectionId", section.sectionId());
        json.put("salesState", section.sales());
        json.put("free", section.free());
        json.put("held", section.held());
        json.put("sold", section.sold());
        return json;
    }

    private void seats(Call call) throws InterruptedException, IOException {
        if (!SectionKey.isId(call.path("eventId")) || !SectionKey.isId(call.path("sectionId"))) {
            throw sectionNotFound();
        }
        SectionKey key = new SectionKey(call.path("eventId"), call.path("sectionId"));
        Optional<HostInfo> owner = view.ownerElsewhere(key);
        if (owner.isPresent()) {
            if (Callers.forwarded(call) || !forwarder.forward(call, owner.get(), call.target(), NO_BODY)) {
                throw new ViewUnavailableException(null);
            }
            return;
        }
        Section section = view.section(key).orElseThrow(EventRoutes::sectionNotFound);
        Definition definition = section.definition();
        if (definition == null) {
            throw sectionNotFound();
        }
        Map<String, SeatState> taken = view.takenSeats(key);
        List<Map<String, String>> seats = new ArrayList<>(definition.rows() * definition.seatsPerRow());
        for (int row = 0; row < definition.rows(); row++) {
            for (int number = 1; number <= definition.seatsPerRow(); number++) {
                String seat = rowName(row) + "-" + number;
                seats.add(Map.of(
                        "seat",
                        seat,
                        "state",
                        taken.getOrDefault(seat, SeatState.FREE).name()));
            }
        }
        Map<String, Object> json = sectionJson(section, definition);
        json.putAll(counts(section));
        json.put("seats", seats);
        call.status(200).set("Cache-Control", "max-age=1").json(json);
    }

    private List<Section> sectionsOf(Call call) {
        List<Section> present = sections.onSale().stream()
                .filter(section -> section.eventId().equals(call.path("eventId")))
                .toList();
        if (present.isEmpty()) {
            throw eventNotFound();
        }
        return present;
    }

    static Problem eventNotFound() {
        return Problem.of(
                404, "event-not-found", "No such event", "No event with this id is on sale; GET /events lists them.");
    }

    private static Problem sectionNotFound() {
        return Problem.of(
                404,
                "section-not-found",
                "No such section",
                "This event has no section with this id on sale; GET /events/{eventId} lists them.");
    }

    static Map<String, Object> eventJson(List<Section> sections) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("eventId", sections.getFirst().eventId());
        sections.stream()
                .map(Section::definition)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(first -> {
                    json.put("name", first.eventName());
                    json.put("currency", first.currency());
                    if (first.salesOpen() != null) {
                        json.put(
                                "salesOpen",
                                Instant.ofEpochMilli(first.salesOpen()).toString());
                    }
                    if (first.salesClose() != null) {
                        json.put(
                                "salesClose",
                                Instant.ofEpochMilli(first.salesClose()).toString());
                    }
                });
        List<Map<String, Object>> parts = new ArrayList<>();
        for (Section section : sections) {
            if (section.definition() != null) {
                parts.add(sectionJson(section, section.definition()));
            }
        }
        json.put("sections", parts);
        return json;
    }

    private static Map<String, Object> sectionJson(Section section, Definition definition) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("eventId", section.eventId());
        json.put("sectionId", section.sectionId());
        json.put("salesState", section.sales());
        if (definition.numbered()) {
            json.put("rows", definition.rows());
            json.put("seatsPerRow", definition.seatsPerRow());
        } else {
            json.put("capacity", definition.capacity());
        }
        json.put("price", definition.price());
        json.put("currency", definition.currency());
        json.put("holdSeconds", definition.holdSeconds());
        json.put("maxPerBuyer", definition.maxPerBuyer());
        return json;
    }

    /** Rows are named A … Z, AA, AB … */
    static String rowName(int row) {
        StringBuilder name = new StringBuilder();
        for (int rest = row + 1; rest > 0; rest = (rest - 1) / 26) {
            name.append((char) ('A' + (rest - 1) % 26));
        }
        return name.reverse().toString();
    }
}
