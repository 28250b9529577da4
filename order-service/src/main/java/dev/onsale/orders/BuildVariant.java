package dev.onsale.orders;

import dev.onsale.orders.view.OrderView;
import java.util.Locale;

/**
 * Which build an instance is of while two are compared: the one that is trusted, or the one that is tried. Instances of a
 * candidate have a view of their own and pass nothing on to stable ones, nor these to them, so that a buyer meets one build
 * only, and what one build does wrong hurts nobody who was given the other.
 */
public enum BuildVariant {
    STABLE,
    CANDIDATE;

    /** As it stands on commands. */
    String stamp() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Name of the view that instances of this build share. */
    String view() {
        return this == STABLE ? OrderView.APPLICATION_ID : OrderView.APPLICATION_ID + "-" + stamp();
    }
}
