package dev.onsale.orders.view;

import java.util.List;
import java.util.Optional;

/** Sections that are not decided from the log for now. */
public interface Elsewhere {

    /** None are. */
    Elsewhere NONE = new Elsewhere() {
        @Override
        public Optional<List<Section>> sections() {
            return Optional.empty();
        }

        @Override
        public Optional<List<Section>> asOfNow() {
            return Optional.empty();
        }
    };

    /** As they were a moment ago; empty: all are decided from the log. */
    Optional<List<Section>> sections();

    /** The same, with nothing remembered. */
    Optional<List<Section>> asOfNow();
}
