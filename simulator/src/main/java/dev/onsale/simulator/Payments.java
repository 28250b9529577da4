package dev.onsale.simulator;

import static dev.onsale.simulator.Violation.unless;

import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event.PaymentRequested;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The committed payment requests, and which of them nobody has acknowledged: what a share group delivers. */
final class Payments {

    private record Open(PaymentRequested request, int index) {}

    private final Map<PaymentKey, Open> open = new HashMap<>();
    private final List<PaymentKey> keys = new ArrayList<>();
    private final Set<PaymentKey> asked = new HashSet<>();
    private final Set<PaymentKey> delivered = new HashSet<>();

    void enter(Instance.Decided decided) {
        for (Recorded recorded : decided.recorded()) {
            if (recorded.event() instanceof PaymentRequested request) {
                var key = new PaymentKey(
                        decided.entry().section, request.orderId(), request.attempt(), request.operation());
                unless(asked.add(key), Invariant.MONEY, () -> key + " is asked for twice");
                open.put(key, new Open(request, keys.size()));
                keys.add(key);
            }
        }
    }

    /** Hands out a request that nobody has acknowledged; nothing when somebody has. */
    @Nullable
    PaymentRequested deliver(PaymentKey key, Tally tally) {
        Open found = open.get(key);
        if (found == null) {
            return null;
        }
        if (!delivered.add(key)) {
            tally.count(Tally.Sight.DELIVERED_AGAIN);
        }
        return found.request();
    }

    void acknowledge(PaymentKey key) {
        Open done = open.remove(key);
        if (done != null) {
            PaymentKey last = keys.removeLast();
            if (!last.equals(key)) {
                keys.set(done.index(), last);
                open.computeIfPresent(last, (same, moved) -> new Open(moved.request(), done.index()));
            }
        }
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    PaymentKey first() {
        return keys.getFirst();
    }

    PaymentKey any(Random random) {
        return keys.get(random.nextInt(keys.size()));
    }
}
