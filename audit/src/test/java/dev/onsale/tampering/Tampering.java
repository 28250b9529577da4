package dev.onsale.tampering;

import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/** A log under somebody's hands. Whoever looks finds it as it was at first; what is done shows in the log alone. */
final class Tampering {

    private final RawLog log;
    private final RawLog other;
    private final Random random;
    private final List<Place> touched = new ArrayList<>();
    private final Map<String, List<? extends Found<?>>> found = new HashMap<>();

    Tampering(RawLog log, RawLog other, Random random) {
        this.log = log;
        this.other = other;
        this.random = random;
    }

    List<Place> touched() {
        return touched;
    }

    Random random() {
        return random;
    }

    RawLog log() {
        return log;
    }

    RawLog other() {
        return other;
    }

    /** All records of a topic. */
    @SuppressWarnings("unchecked") // a topic has one kind of values
    <T extends SpecificRecord> List<Found<T>> all(Values<T> values) {
        return (List<Found<T>>) found.computeIfAbsent(values.topic(), topic -> read(values, log));
    }

    static <T extends SpecificRecord> List<Found<T>> read(Values<T> values, RawLog log) {
        List<Found<T>> all = new ArrayList<>();
        for (int partition = 0; partition < log.partitions(values.topic()); partition++) {
            List<Entry> entries = log.partition(values.topic(), partition);
            for (int offset = 0; offset < entries.size(); offset++) {
                Entry entry = entries.get(offset);
                all.add(new Found<>(
                        new Place(values.topic(), partition, offset),
                        entry,
                        values.serde().fromBytes(entry.bytes())));
            }
        }
        return all;
    }

    /** One of those that are wanted, at random. */
    <T extends SpecificRecord> Found<T> pick(Values<T> values, Predicate<Found<T>> wanted) {
        return pick(all(values).stream().filter(wanted).toList());
    }

    <T> T pick(List<T> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalStateException("nothing in this log can be damaged so");
        }
        return candidates.get(random.nextInt(candidates.size()));
    }

    /** An event in the middle of a sale, to be touched. */
    Found<Event> event() {
        return event(Object.class);
    }

    /** The answer that gave an order its seats, to be touched. */
    Found<Event> held() {
        return event(SeatsHeld.class);
    }

    /** A sale, to be touched. */
    Found<Event> sold() {
        return event(SeatsSold.class);
    }

    private Found<Event> event(Class<?> payload) {
        Found<Event> event =
                pick(Values.EVENTS, each -> payload.isInstance(each.value().getPayload()) && inTheMiddle(each));
        touchEvent(event);
        return event;
    }

    // What belongs together.

    /** Whether an event changes its section, and others of that section follow. */
    boolean inTheMiddle(Found<Event> event) {
        boolean changes = !(event.value().getPayload() instanceof CommandRejected)
                && !(event.value().getPayload() instanceof PurchaseRejected rejected
                        && rejected.getReason() == Reason.REQUEST_ID_REUSED);
        return changes && nextOfSection(event).isPresent();
    }

    Optional<Found<Event>> nextOfSection(Found<Event> event) {
        return all(Values.EVENTS).stream()
                .filter(each -> after(event, each)
                        && each.entry().key().equals(event.entry().key()))
                .findFirst();
    }

    /** Whether a record stands behind another one in the same partition. */
    static boolean after(Found<?> first, Found<?> second) {
        return first.place().topic().equals(second.place().topic())
                && first.place().partition() == second.place().partition()
                && first.place().offset() < second.place().offset();
    }

    /** Events that name a command as theirs. */
    List<Found<Event>> eventsOf(Place command) {
        return all(Values.EVENTS).stream()
                .filter(each -> commandOf(each).equals(command))
                .toList();
    }

    static Place commandOf(Found<Event> event) {
        return command(event.value().getHeader().getReceipt());
    }

    static Place command(Receipt receipt) {
        return new Place(Values.COMMANDS.topic(), receipt.getPartition(), (int) receipt.getOffset());
    }

    static boolean isOf(String orderId, Found<Event> event) {
        return event.value().getHeader().getOrderId().equals(orderId);
    }

    // What is touched.

    void touch(Place place) {
        touched.add(place);
    }

    /** An event, its command, and the next event of its section, which has the version after it. */
    void touchEvent(Found<Event> event) {
        touch(event.place());
        touch(commandOf(event));
        nextOfSection(event).ifPresent(next -> touch(next.place()));
    }

    /** A command, and the events that name it. */
    void touchCommand(Place command) {
        touch(command);
        eventsOf(command).forEach(event -> touch(event.place()));
    }

    // What is done.

    List<Entry> partition(Place place) {
        return log.partition(place.topic(), place.partition());
    }

    void put(Place place, Entry entry) {
        partition(place).set(place.offset(), entry);
    }

    /** The records after it move up. */
    void insert(Place place, Entry entry) {
        partition(place).add(place.offset(), entry);
    }

    /** The records after it keep their offsets. */
    void lose(Place place) {
        put(place, Entry.GONE);
    }

    /** The records after it move down. */
    void closeUp(Place place) {
        partition(place).remove(place.offset());
    }

    /** Changes places with the record behind. */
    void swap(Place place) {
        java.util.Collections.swap(partition(place), place.offset(), place.offset() + 1);
    }

    /** The last bytes are lost. */
    void cut(Found<?> record) {
        byte[] bytes = record.entry().bytes();
        byte[] half = java.util.Arrays.copyOf(bytes, bytes.length / 2);
        put(record.place(), Entry.of(record.entry().atMillis(), record.entry().key(), half));
    }

    <T extends SpecificRecord> void alter(Values<T> values, Found<T> record, Consumer<T> change) {
        put(record.place(), altered(values, record, change));
    }

    /** A record like another one, but for a change. */
    static <T extends SpecificRecord> Entry altered(Values<T> values, Found<T> record, Consumer<T> change) {
        T value = values.serde().fromBytes(record.entry().bytes());
        change.accept(value);
        return Entry.of(
                record.entry().atMillis(), record.entry().key(), values.serde().toBytes(value));
    }

    /** At the end of the partition where a record stands. @return where it stands now */
    Place append(Place beside, Entry entry) {
        partition(beside).add(entry);
        return new Place(beside.topic(), beside.partition(), partition(beside).size() - 1);
    }

    /** An order id that nobody has. */
    String stranger() {
        return "%032x".formatted(random.nextLong(Long.MAX_VALUE));
    }
}
