package dev.onsale.fallback;

import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.SectionKey;
import java.util.OptionalLong;

/**
 * An order of a section.
 *
 * @param askedAtMillis when the payment operation under way was asked for, epoch milliseconds; empty: none is
 */
public record OrderRow(SectionKey section, Order order, OptionalLong askedAtMillis) {

    /**
     * An order after an event of its own.
     *
     * @param askedBefore {@link #askedAtMillis} before the event
     */
    public static OrderRow after(SectionKey section, Order order, OptionalLong askedBefore, Event event, Stamp stamp) {
        OptionalLong asked = event instanceof Event.PaymentRequested ? OptionalLong.of(stamp.atMillis()) : askedBefore;
        return new OrderRow(section, order, underWay(order.payment()) ? asked : OptionalLong.empty());
    }

    private static boolean underWay(PaymentState payment) {
        return switch (payment) {
            case AUTHORISING, CAPTURING, VOIDING, REFUNDING -> true;
            case NONE, DECLINED, CAPTURED, VOIDED, REFUNDED, FAILED -> false;
        };
    }
}
