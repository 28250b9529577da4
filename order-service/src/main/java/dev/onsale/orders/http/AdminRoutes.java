package dev.onsale.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.orders.layout.Layout;
import dev.onsale.orders.layout.LayoutException;
import dev.onsale.orders.layout.LayoutParser;
import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.Section.Definition;
import dev.onsale.orders.view.Sections;
import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SalesState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** The calls of organizers. */
final class AdminRoutes {

    static final int MAX_LAYOUT_BYTES = 1024 * 1024;
    private static final int MAX_NOTE_CHARS = 500;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final String REFUND = "/admin/orders/{orderId}/refund";
    /** Where an instance passes a refund on to the one that holds the order; only with the admin token. */
    private static final String INTERNAL = "/internal";

    private final CommandLog log;
    private final Sections sections;
    private final SalesControl sales;
    private final Orders orders;
    private final OrderRoutes orderRoutes;
    private final Forwarder forwarder;
    private final AdminAccess access;
    private final Duration wait;

    AdminRoutes(
            CommandLog log,
            Sections sections,
            SalesControl sales,
            Orders orders,
            OrderRoutes orderRoutes,
            Forwarder forwarder,
            AdminAccess access,
            Duration wait) {
        this.log = log;
        this.sections = sections;
        this.sales = sales;
        this.orders = orders;
        this.orderRoutes = orderRoutes;
        this.forwarder = forwarder;
        this.access = access;
        this.wait = wait;
    }

    /** @param atDesk the same for calls that the choice sends to the desk */
    void register(Router router, Choice choice, AdminRoutes atDesk) {
        router.on("POST", "/admin/events", access.authorized(choice.of(this::open, _ -> {
                    throw FallbackChoice.notNow();
                })))
                .on(
                        "POST",
                        "/admin/events/{eventId}/sales",
                        access.authorized(choice.of(this::setSales, atDesk::setSales)))
                .on("POST", REFUND, access.authorized(choice.of(this::refund, atDesk::refund)));
    }

    /** On the public port, for other instances. Without a token nothing is served there. */
    void registerInternal(Router router, Choice choice, AdminRoutes atDesk) {
        if (access.hasToken()) {
            router.on("POST", INTERNAL + REFUND, access.authorized(choice.of(this::refund, atDesk::refund)));
        }
    }

    private void open(Call call) throws InterruptedException {
        Layout layout = layout(call);
        Map<SectionKey, Definition> wanted = new LinkedHashMap<>();
        layout.sections()
                .forEach(section -> wanted.put(
                        new SectionKey(layout.event(), section.section()), Definition.of(layout.definition(section))));
        Map<SectionKey, Section> present = byKey();
        wanted.forEach((key, definition) -> requireSameOrGrown(key, definition, present.get(key)));
        Map<SectionKey, Receipt> sent = new LinkedHashMap<>();
        for (Layout.Section section : layout.sections()) {
            SectionKey key = new SectionKey(layout.event(), section.section());
            if (!isOpenAs(Objects.requireNonNull(wanted.get(key)), present.get(key))) {
                sent.put(
                        key,
                        log.append(key, CommandLog.header(key).build(), new OpenSection(layout.definition(section))));
            }
        }
        boolean open = untilTrue(now -> {
            sent.forEach((key, receipt) -> requireNotRefused(key, now.get(key), receipt));
            return wanted.entrySet().stream().allMatch(e -> isOpenAs(e.getValue(), now.get(e.getKey())));
        });
        if (!open) {
            throw undecided();
        }
        call.status(sent.isEmpty() ? 200 : 201)
                .set("Location", "/events/" + layout.event())
                .json(eventNow(layout.event()));
    }

    private static Layout layout(Call call) {
        byte[] body =
                call.body(MAX_LAYOUT_BYTES, "application/json", "application/yaml", "application/x-yaml", "text/yaml");
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return LayoutParser.parse(text);
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("invalid-layout", "The layout is not valid", "Send the layout in UTF-8.");
        } catch (LayoutException e) {
            throw Problem.badRequest("invalid-layout", "The layout is not valid", String.valueOf(e.getMessage()));
        }
    }

    private static boolean isOpenAs(Definition wanted, @Nullable Section present) {
        return present != null && wanted.equals(present.definition());
    }

    /** A section that is on sale can grow, by rows or capacity, and change in no other way. */
    private static void requireSameOrGrown(SectionKey key, Definition wanted, @Nullable Section present) {
        Definition open = present == null ? null : present.definition();
        if (open == null) {
            return;
        }
        requireSame(key, "name", open.eventName(), wanted.eventName());
        requireSame(key, "currency", open.currency(), wanted.currency());
        requireSame(key, "seatsPerRow", open.seatsPerRow(), wanted.seatsPerRow());
        requireSame(key, "price", open.price(), wanted.price());
        requireSame(key, "holdSeconds", open.holdSeconds(), wanted.holdSeconds());
        requireSame(key, "maxPerBuyer", open.maxPerBuyer(), wanted.maxPerBuyer());
        requireSame(key, "salesOpen", open.salesOpen(), wanted.salesOpen());
        requireSame(key, "salesClose", open.salesClose(), wanted.salesClose());
        if (wanted.rows() < open.rows()) {
            throw different(key, "rows", open.rows(), wanted.rows());
        }
        if (wanted.capacity() < open.capacity()) {
            throw different(key, "capacity", open.capacity(), wanted.capacity());
        }
    }

    private static void requireSame(SectionKey key, String field, @Nullable Object open, @Nullable Object wanted) {
        if (!Objects.equals(open, wanted)) {
            throw different(key, field, open, wanted);
        }
    }

    private static Problem different(SectionKey key, String field, @Nullable Object open, @Nullable Object wanted) {
        return Problem.conflict(
                "opened-differently",
                "A section is on sale with other content",
                "Section " + key + " is on sale with " + field + " " + open + ", not " + wanted
                        + "; only rows and capacity may grow. Use the value that is on sale, or another event id.");
    }

    private static void requireNotRefused(SectionKey key, @Nullable Section now, Receipt receipt) {
        if (now != null && now.refusedOffset() == receipt.getOffset()) {
            throw Problem.conflict(
                    "command-refused",
                    "The decider refused",
                    "Section " + key + " was not changed: " + now.refusedReason()
                            + ". Compare the layout with GET /events/" + key.eventId() + ".");
        }
    }

    private void setSales(Call call) throws InterruptedException {
        byte[] bytes = call.body(PurchaseRequest.MAX_BODY_BYTES, "application/json");
        JsonNode body = Json.object(bytes, Set.of("state", "note"));
        SalesState state = salesState(body.path("state").asText());
        String note = note(body);
        String eventId = call.path("eventId");
        List<Section> present = sales.present(section -> section.eventId().equals(eventId));
        if (present.isEmpty()) {
            throw EventRoutes.eventNotFound();
        }
        List<SectionKey> changed = sales.set(present, state, note);
        boolean done = untilTrue(now -> changed.stream()
                .allMatch(key -> Optional.ofNullable(now.get(key))
                        .filter(section -> section.sales().equals(state.name()))
                        .isPresent()));
        if (!done) {
            throw undecided();
        }
        call.status(200).json(eventNow(eventId));
    }

    private static SalesState salesState(String text) {
        return switch (text) {
            case "OPEN" -> SalesState.OPEN;
            case "PAUSED" -> SalesState.PAUSED;
            case "CLOSED" -> SalesState.CLOSED;
            default -> throw Problem.invalidField("state", "\"OPEN\", \"PAUSED\" or \"CLOSED\"");
        };
    }

    private static String note(JsonNode body) {
        JsonNode note = body.path("note");
        if (!note.isMissingNode() && (!note.isTextual() || note.textValue().length() > MAX_NOTE_CHARS)) {
            throw Problem.invalidField("note", "a string of at most " + MAX_NOTE_CHARS + " characters");
        }
        return note.asText("");
    }

    private void refund(Call call) throws InterruptedException, IOException {
        String orderId = call.path("orderId");
        byte[] bytes = call.header("Content-Type").isPresent()
                ? call.body(PurchaseRequest.MAX_BODY_BYTES, "application/json")
                : new byte[0];
        String note = bytes.length == 0 ? "" : note(Json.object(bytes, Set.of("note")));
        Optional<HostInfo> owner = orders.heldElsewhere(orderId);
        if (owner.isPresent()) {
            passOn(call, owner.get(), orderId, bytes);
            return;
        }
        Found order = orders.find(orderId);
        if (order instanceof Found.Nothing) {
            orders.requireCaughtUp();
            throw Problem.of(
                    404, "order-not-found", "No such order", "Take the order id from the order, or from the audit.");
        }
        if (order.pending() || isSold(order)) {
            orders.cancel(order, CancelledBy.ORGANIZER, note);
            order = orders.await(
                    orderId, System.nanoTime() + wait.toNanos(), found -> !found.pending() && !isSold(found));
        }
        if (isSold(order)) {
            call.status(202).json(orders.json(order));
        } else {
            orderRoutes.answerCancelled(call, order, Set.of(OrderState.CANCELLED, OrderState.REFUNDED));
        }
    }

    private void passOn(Call call, HostInfo owner, String orderId, byte[] body)
            throws InterruptedException, IOException {
        if (!access.hasToken()) {
            throw Problem.conflict(
                    "held-elsewhere",
                    "Another instance holds the order",
                    "Send the call to the admin port of the instance at " + owner.host() + ":" + owner.port()
                            + ", or set admin.token to the same on all instances, so that they pass refunds on.");
        }
        String target = INTERNAL + REFUND.replace("{orderId}", orderId);
        if (Callers.forwarded(call) || !forwarder.forward(call, owner, target, body)) {
            throw new ViewUnavailableException(null);
        }
    }

    private static boolean isSold(Found order) {
        return order instanceof Found.Decided decided && decided.status().getState() == OrderState.SOLD;
    }

    private Map<String, Object> eventNow(String eventId) {
        return EventRoutes.eventJson(sections.asOfNow().stream()
                .filter(section -> section.eventId().equals(eventId))
                .toList());
    }

    private Map<SectionKey, Section> byKey() {
        return sections.asOfNow().stream().collect(Collectors.toMap(Section::key, section -> section));
    }

    /** Looks at all sections until something holds. @return false when the time is over */
    private boolean untilTrue(Function<Map<SectionKey, Section>, Boolean> holds) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (!holds.apply(byKey())) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    private static Problem undecided() {
        return Problem.tryAgain(
                "undecided",
                "The outcome is not known yet",
                "The call was taken but is not decided yet; is inventory-stream running? Send the same call again: it"
                        + " changes nothing twice.",
                2);
    }
}
