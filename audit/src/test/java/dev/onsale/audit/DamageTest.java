package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.tampering.Damage;
import dev.onsale.tampering.Place;
import dev.onsale.tampering.RawLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The auditor is audited: whatever kind of damage is done, wherever in the log, is found, and called what it is. Other places
 * are drawn with {@code -Daudit.seed=N}.
 */
class DamageTest {

    private static final long FIRST = Long.getLong("audit.seed", 1);
    private static final int SEEDS = Integer.getInteger("audit.seeds", 3);
    private static final Map<Long, RawLog> SALES = new HashMap<>();

    static List<Damage> damages() {
        return Damage.all();
    }

    @Test
    void kinds_areAtLeastTwenty_andDifferent() {
        Set<String> names = new HashSet<>();
        damages().forEach(damage -> assertTrue(names.add(damage.name()), damage::name));
        assertTrue(names.size() >= 20, names::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damage_isFound_andRightlyNamed(Damage damage) {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            RawLog log = sale(seed).copy();
            List<Place> touched = damage.doTo(log, sale(seed + 1), new Random(seed));

            AuditReport report =
                    Audit.run(new MemoryLog(log), AuditOptions.of(Map.of()), AuditListener.SILENT, Story.none());

            String which = "%s, -Daudit.seed=%d at %s: %s".formatted(damage, seed, touched, report.violations());
            assertFalse(report.proven(), which);
            assertEquals(damage.named(), namedNear(touched, report, damage.named()), which);
            Set<Integer> others = invariants(report.violations());
            others.removeAll(damage.named());
            others.removeAll(damage.following());
            assertEquals(Set.of(), others, which);
        }
    }

    private static RawLog sale(long seed) {
        return SALES.computeIfAbsent(
                seed, absent -> RandomSale.of(Shape.concert(600), absent).log.raw());
    }

    /** Those of the invariants that are named with a receipt at a place, or next to one. */
    private static Set<Integer> namedNear(List<Place> touched, AuditReport report, Set<Integer> of) {
        Set<Integer> near = invariants(report.violations().stream()
                .filter(violation -> violation.receipts().stream()
                        .anyMatch(receipt -> touched.stream().anyMatch(place -> near(place, receipt))))
                .toList());
        near.retainAll(of);
        return near;
    }

    private static boolean near(Place place, Receipt receipt) {
        return receipt.topic().equals(place.topic())
                && receipt.partition() == place.partition()
                && Math.abs(receipt.offset() - place.offset()) <= 1;
    }

    private static Set<Integer> invariants(List<Violation> violations) {
        Set<Integer> invariants = new TreeSet<>();
        violations.forEach(violation -> invariants.add(violation.invariant()));
        return invariants;
    }
}
