package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.audit.StoryPosition.Part;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All that the log has of one order, or of one seat and every order that ever had it: what was asked, what was decided, what the
 * gateway was asked and did, and what the buyer was told last. {@link Audit} collects it on its only way through the topics.
 *
 * <p>It is told in the order of the log: after each command its events, then its payment requests, and after each request what the
 * gateways' ledgers have of it, whatever their clocks say.
 */
public final class Story {

    private record Line(StoryPosition position, StoryLine line) {}

    private record Effect(String operation, StoryLine line) {}

    private final Subject subject;
    /** Of the story so far, as eventId/sectionId/orderId; and their ids alone. */
    private final Set<String> orders = new HashSet<>();

    private final Set<String> ids = new HashSet<>();
    /** Those whose holds run, so that what stops the clocks of holds concerns them. */
    private final Set<String> holding = new HashSet<>();

    private final Set<String> sections = new TreeSet<>();
    private final Set<Receipt> leading = new HashSet<>();
    private final Map<String, StoryPosition> lastEvent = new HashMap<>();
    private final Map<String, StoryPosition> requests = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    private Story(Subject subject) {
        this.subject = subject;
    }

    /** The story of an order. */
    public static Story ofOrder(String orderId) {
        var story = new Story(new Subject.Order(orderId));
        story.ids.add(orderId);
        return story;
    }

    /**
     * The story of a seat.
     *
     * @param seat its name, ROW-NUMBER
     */
    public static Story ofSeat(String sectionId, String seat) {
        return new Story(new Subject.Seat(sectionId, seat));
    }

    /** Whether there is one to tell; then only one thread may, since it comes about step by step. */
    boolean isTold() {
        return !(subject instanceof Subject.Nobody);
    }

    /** No story: an audit of the whole tells none. */
    public static Story none() {
        return new Story(new Subject.Nobody());
    }

    Subject subject() {
        return subject;
    }

    /** Takes an event as it is read, a little before its command. */
    void event(Logged logged) {
        if (!logged.readable()) {
            return;
        }
        Event event = logged.event();
        EventHeader header = event.getHeader();
        boolean named = subject.in(event);
        if (!named && orders.isEmpty()) {
            return; // As most are, until the story begins.
        }
        String section = header.getEventId() + "/" + header.getSectionId();
        String order = section + "/" + header.getOrderId();
        if (subject.bringsIn(event) && !header.getOrderId().isEmpty()) {
            orders.add(order);
            ids.add(header.getOrderId());
        }
        if (named || orders.contains(order) || whileHolding(section, event)) {
            tell(section, order, logged, event);
        }
    }

    private void tell(String section, String order, Logged logged, Event event) {
        EventHeader header = event.getHeader();
        var command = new Receipt(
                Topics.COMMANDS.name(),
                header.getReceipt().getPartition(),
                header.getReceipt().getOffset());
        var position = new StoryPosition(
                command.partition(),
                command.offset(),
                Part.EVENT,
                logged.message().offset());
        leading.add(command);
        switch (event.getPayload()) {
            case SectionOpened _ -> sections.add(section);
            case SeatsHeld _, SeatsRetaken _ -> holding.add(order);
            case SeatsSold _, HoldExpired _, HoldCancelled _ -> holding.remove(order);
            default -> {}
        }
        lastEvent.put(order, position);
        add(
                position,
                logged.receipt(),
                logged.message().atMillis(),
                logged.name(),
                header.getOrderId(),
                header.getVariant(),
                Words.of(event));
    }

    /** Whether it says that sales or payments stop or go on, and with them the clock of a hold of the story. */
    private boolean whileHolding(String section, Event event) {
        boolean clocks =
                event.getPayload() instanceof SalesStateChanged || event.getPayload() instanceof PaymentsStateChanged;
        return clocks && holding.stream().anyMatch(order -> order.startsWith(section + "/"));
    }

    /** Takes a command whose events have been taken. */
    void command(SectionKey section, Command command, LogRecord message) {
        String orderId = command.getHeader().getOrderId();
        if (subject.in(command)
                || leading.contains(message.receipt())
                || (!orders.isEmpty() && orders.contains(section + "/" + orderId))) {
            add(
                    new StoryPosition(message.partition(), message.offset(), Part.COMMAND, message.offset()),
                    message.receipt(),
                    message.atMillis(),
                    command.getPayload().getClass().getSimpleName(),
                    orderId,
                    "",
                    Words.of(command));
        }
    }

    /** Takes a payment request, which is decoded only if there is a story to tell. */
    void asked(Supplier<PaymentRequest> decoded, Receipt where, long atMillis) {
        if (orders.isEmpty()) {
            return;
        }
        PaymentRequest request = decoded.get();
        if (orders.contains(request.getEventId() + "/" + request.getSectionId() + "/" + request.getOrderId())) {
            var position = new StoryPosition(
                    request.getReceipt().getPartition(),
                    request.getReceipt().getOffset(),
                    Part.REQUEST,
                    where.offset());
            requests.put(
                    operation(
                            request.getOrderId(),
                            request.getAttempt(),
                            request.getOperation().name()),
                    position);
            add(position, where, atMillis, "PaymentRequest", request.getOrderId(), "", Words.of(request));
        }
    }

    /** Takes the last status of an order, which is decoded only if there is a story to tell. */
    void told(Supplier<OrderStatus> decoded, Receipt where, long atMillis) {
        if (orders.isEmpty()) {
            return;
        }
        OrderStatus status = decoded.get();
        String order = status.getEventId() + "/" + status.getSectionId() + "/" + status.getOrderId();
        if (orders.contains(order)) {
            StoryPosition position =
                    lastEvent.getOrDefault(order, StoryPosition.LAST).with(Part.STATUS, where.offset());
            add(position, where, atMillis, "OrderStatus", status.getOrderId(), "", Words.of(status));
        }
    }

    /** Takes what a gateway's ledger has of an operation; it is told behind the request, which may still come. */
    void effect(Receipt where, long atMillis, String orderId, int attempt, String operation, String says) {
        if (ids.contains(orderId)) {
            effects.add(new Effect(
                    operation(orderId, attempt, operation),
                    new StoryLine(where, atMillis, "GatewayEffect", orderId, "", says)));
        }
    }

    private Line told(Effect effect) {
        StoryPosition request = requests.getOrDefault(effect.operation(), StoryPosition.LAST);
        return new Line(request.with(Part.EFFECT, effect.line().where().offset()), effect.line());
    }

    private static String operation(String orderId, int attempt, String operation) {
        return orderId + "/" + attempt + "/" + operation.toUpperCase(Locale.ROOT);
    }

    private void add(
            StoryPosition position,
            Receipt where,
            long atMillis,
            String kind,
            String orderId,
            String variant,
            String says) {
        lines.add(new Line(position, new StoryLine(where, atMillis, kind, orderId, variant, says)));
    }

    /** Whether an order is part of the story, as far as is known. */
    boolean concerns(String orderId) {
        return ids.contains(orderId);
    }

    /**
     * The story in its order.
     *
     * @throws OperatorError when there is none: nothing names the order or the seat, or seats of several events are meant
     */
    public List<StoryLine> lines() {
        requireOneSection();
        if (lines.isEmpty() && effects.isEmpty()) {
            throw new OperatorError("Nothing in the log names " + title()
                    + "; look for a slip of the pen, and for --event, --from and --bootstrap.");
        }
        return Stream.concat(lines.stream(), effects.stream().map(this::told))
                .sorted(Comparator.comparing(Line::position))
                .map(Line::line)
                .toList();
    }

    private void requireOneSection() {
        if (subject instanceof Subject.Seat seat && sections.size() > 1) {
            List<String> events = sections.stream()
                    .map(section -> section.substring(0, section.indexOf('/')))
                    .toList();
            throw new OperatorError("Section " + seat.sectionId() + " of several events has a seat " + seat.seat()
                    + "; say with --event which one is meant: " + String.join(", ", events) + ".");
        }
    }

    /** Such as {@code order 3f2a}, or {@code seat rock/A/B-12} when it is known of which event. */
    String title() {
        return switch (subject) {
            case Subject.Order order -> "order " + order.orderId();
            case Subject.Seat seat ->
                "seat " + sections.stream().findFirst().orElse(seat.sectionId()) + "/" + seat.seat();
            case Subject.Nobody _ -> "nothing";
        };
    }

    /** Violations that name the order, or an order that had the seat. */
    public List<Violation> violations(AuditReport report) {
        return report.violations().stream()
                .filter(violation -> ids.contains(violation.orderId()))
                .toList();
    }

    /** 0: nothing is wrong with it; 1: an invariant is broken; 2: not everything was read. */
    public int exitCode(AuditReport report) {
        if (!violations(report).isEmpty()) {
            return 1;
        }
        return report.incomplete().isPresent() ? OperatorError.EXIT_CODE : 0;
    }
}
