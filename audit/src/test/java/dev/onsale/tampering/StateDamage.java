package dev.onsale.tampering;

import static dev.onsale.tampering.Values.PAYMENTS;
import static dev.onsale.tampering.Values.STATUSES;
import static dev.onsale.tampering.Values.STORED_ORDERS;
import static dev.onsale.tampering.Values.STORED_SECTIONS;

import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** What may be done to payment requests, to what buyers are told, and to the stores of the decider. */
final class StateDamage {

    private StateDamage() {}

    static List<Damage> all() {
        return List.of(
                Damage.of("payment request doubled", 3, t -> {
                    Found<PaymentRequest> request = request(t);
                    t.touch(t.append(request.place(), request.entry()));
                }),
                Damage.of("payment request lost", 7, t -> t.lose(request(t).place())),
                Damage.of("payment request garbled", 7, t -> t.cut(request(t))),
                Damage.of("payment request raised", 37, alterRequest(each -> each.setAmount(each.getAmount() + 1))),
                Damage.of(
                        "idempotency key changed",
                        37,
                        alterRequest(each -> each.setIdempotencyKey(each.getIdempotencyKey() + "x"))),
                Damage.of("means of payment changed", 7, alterRequest(each -> each.setPaymentToken("pm_card_other"))),
                Damage.of("payment request forged", 3, t -> {
                    Found<PaymentRequest> request = request(t);
                    Entry forged = Tampering.altered(PAYMENTS, request, each -> each.setAttempt(each.getAttempt() + 7));
                    t.touch(t.append(request.place(), forged));
                }),
                Damage.of("payment request under another key", 7, t -> rekey(t, request(t))),
                Damage.of("status changed", 7, alterStatus(each -> each.setTotal(each.getTotal() + 1))),
                Damage.of("status told for another seat", 7, alterStatus(each -> each.setSeats(List.of("ZZ-1")))),
                Damage.of("status lost", 7, t -> t.lose(status(t).place())),
                Damage.of("status garbled", 7, t -> t.cut(status(t))),
                Damage.of("status under another key", 7, t -> rekey(t, status(t))),
                Damage.of("status forged", 7, t -> {
                    Found<OrderStatus> status = status(t);
                    String stranger = t.stranger();
                    Entry forged = Tampering.altered(STATUSES, status, each -> each.setOrderId(stranger));
                    t.touch(t.append(status.place(), new Entry(forged.atMillis(), stranger, forged.value())));
                }),
                Damage.of("stored order changed", 7, t -> {
                    Found<StoredOrder> order = stored(t);
                    t.alter(STORED_ORDERS, order, each -> each.setBuyer("mallory"));
                }),
                Damage.of("stored order lost", 7, t -> t.lose(stored(t).place())),
                Damage.of("stored order garbled", 7, t -> t.cut(stored(t))),
                Damage.of("stored order forged", 7, t -> {
                    Found<StoredOrder> order = stored(t);
                    String stranger = t.stranger();
                    Entry forged = Tampering.altered(STORED_ORDERS, order, each -> each.setOrderId(stranger));
                    String key = order.entry().key().replace(order.value().getOrderId(), stranger);
                    t.touch(t.append(order.place(), new Entry(forged.atMillis(), key, forged.value())));
                }),
                Damage.of("stored section changed", 7, t -> {
                    Found<StoredSection> section = last(t, STORED_SECTIONS);
                    t.touch(section.place());
                    t.alter(STORED_SECTIONS, section, each -> each.setPausedMillis(each.getPausedMillis() + 1));
                }));
    }

    private static Found<PaymentRequest> request(Tampering t) {
        Found<PaymentRequest> request =
                t.pick(PAYMENTS, each -> each.value().getOperation() == PaymentOperation.AUTHORISE);
        t.touch(request.place());
        t.touch(Tampering.command(request.value().getReceipt()));
        return request;
    }

    private static Consumer<Tampering> alterRequest(Consumer<PaymentRequest> change) {
        return t -> t.alter(PAYMENTS, request(t), change);
    }

    /** The latest of an order that one section alone knows: of the others, compaction may have left any. */
    private static Found<OrderStatus> status(Tampering t) {
        List<Found<OrderStatus>> all = t.all(STATUSES);
        Found<OrderStatus> status = last(
                t,
                all.stream()
                        .filter(each -> all.stream()
                                .noneMatch(other ->
                                        other.entry().key().equals(each.entry().key())
                                                && !section(other.value()).equals(section(each.value()))))
                        .toList());
        t.touch(status.place());
        t.touch(Tampering.command(status.value().getReceipt()));
        return status;
    }

    private static String section(OrderStatus status) {
        return status.getEventId() + "/" + status.getSectionId();
    }

    private static Consumer<Tampering> alterStatus(Consumer<OrderStatus> change) {
        return t -> t.alter(STATUSES, status(t), change);
    }

    private static Found<StoredOrder> stored(Tampering t) {
        Found<StoredOrder> order = last(t, STORED_ORDERS);
        t.touch(order.place());
        t.touch(Tampering.command(order.value().getReceipt()));
        return order;
    }

    private static <T extends SpecificRecord> Found<T> last(Tampering t, Values<T> values) {
        return last(t, t.all(values));
    }

    /** The latest record of a key: those before it may be compacted away at any time. */
    private static <T extends SpecificRecord> Found<T> last(Tampering t, List<Found<T>> all) {
        return t.pick(all.stream()
                .filter(each -> all.stream()
                        .noneMatch(later ->
                                later.entry().key().equals(each.entry().key()) && Tampering.after(each, later)))
                .toList());
    }

    private static void rekey(Tampering t, Found<?> record) {
        Entry entry = record.entry();
        t.put(record.place(), new Entry(entry.atMillis(), t.stranger(), entry.value()));
    }
}
