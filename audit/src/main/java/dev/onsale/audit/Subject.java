package dev.onsale.audit;

import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SectionOpened;
import java.util.List;

/** Whose story is told. */
sealed interface Subject {

    /** Whether a command names it. */
    boolean in(Command command);

    /** Whether an event names it. */
    boolean in(Event event);

    /** Whether the order of an event is part of the story from then on. */
    boolean bringsIn(Event event);

    /** There is no story to tell. */
    record Nobody() implements Subject {
        @Override
        public boolean in(Command command) {
            return false;
        }

        @Override
        public boolean in(Event event) {
            return false;
        }

        @Override
        public boolean bringsIn(Event event) {
            return false;
        }
    }

    /** An order, in whichever sections its request was made. */
    record Order(String orderId) implements Subject {
        @Override
        public boolean in(Command command) {
            return command.getHeader().getOrderId().equals(orderId)
                    || (command.getPayload() instanceof ExpireHolds expiry
                            && expiry.getHolds().stream()
                                    .anyMatch(hold -> hold.getOrderId().equals(orderId)));
        }

        @Override
        public boolean in(Event event) {
            return event.getHeader().getOrderId().equals(orderId);
        }

        @Override
        public boolean bringsIn(Event event) {
            return in(event);
        }
    }

    /** A seat, and every order that ever had it. */
    record Seat(String sectionId, String seat) implements Subject {
        @Override
        public boolean in(Command command) {
            return command.getHeader().getSectionId().equals(sectionId)
                    && command.getPayload() instanceof Purchase purchase
                    && purchase.getSeats().contains(seat);
        }

        @Override
        public boolean in(Event event) {
            return bringsIn(event)
                    || (event.getHeader().getSectionId().equals(sectionId)
                            && switch (event.getPayload()) {
                                case SectionOpened opened -> exists(opened.getDefinition());
                                case PurchaseRejected rejected ->
                                    rejected.getSeats().contains(seat);
                                default -> false;
                            });
        }

        @Override
        public boolean bringsIn(Event event) {
            List<String> taken = switch (event.getPayload()) {
                case SeatsHeld held -> held.getSeats();
                case SeatsSold sold -> sold.getSeats();
                case SeatsRetaken retaken -> retaken.getSeats();
                default -> List.of();
            };
            return event.getHeader().getSectionId().equals(sectionId) && taken.contains(seat);
        }

        /** Seats are named ROW-NUMBER, rows A ... Z, AA, AB ..., numbers from 1. */
        private boolean exists(SectionDefinition definition) {
            if (!seat.matches("[A-Z]{1,5}-[1-9][0-9]{0,5}")) {
                return false;
            }
            int dash = seat.indexOf('-');
            int row = 0;
            for (char letter : seat.substring(0, dash).toCharArray()) {
                row = row * 26 + letter - 'A' + 1;
            }
            return row <= definition.getRows()
                    && Integer.parseInt(seat.substring(dash + 1)) <= definition.getSeatsPerRow();
        }
    }
}
