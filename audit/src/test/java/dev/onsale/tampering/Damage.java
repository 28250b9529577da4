package dev.onsale.tampering;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A kind of damage. (A history that is put in the place of another, whole in itself, is none that a log alone could show: for that
 * there are the receipts of buyers, and the ledger of the gateway.)
 *
 * @param named invariants that it breaks, each of which must be named where the damage is
 * @param following invariants that may be named besides, since what follows in the log does not fit any more
 */
public record Damage(String name, Set<Integer> named, Set<Integer> following, Consumer<Tampering> how) {

    /** All kinds, of all topics. */
    public static List<Damage> all() {
        return Stream.of(
                        EventDamage.all(), SaleDamage.all(), CommandDamage.all(), SpliceDamage.all(), StateDamage.all())
                .flatMap(List::stream)
                .toList();
    }

    /** @param named invariants, such as 27 for the second and the seventh */
    static Damage of(String name, int named, Consumer<Tampering> how) {
        return new Damage(name, digits(named), Set.of(), how);
    }

    /** The same, where other invariants may be named besides. */
    Damage followedBy(int others) {
        return new Damage(name, named, digits(others), how);
    }

    private static Set<Integer> digits(int number) {
        Set<Integer> digits = new TreeSet<>();
        for (int left = number; left > 0; left /= 10) {
            digits.add(left % 10);
        }
        return digits;
    }

    /**
     * Does it.
     *
     * @param other another sale of the same sections, of which parts are taken
     * @return the places that were touched, and those of records that lean on them
     * @throws IllegalStateException when there is nothing in this log to which it could be done
     */
    public List<Place> doTo(RawLog log, RawLog other, Random random) {
        var tampering = new Tampering(log, other, random);
        how.accept(tampering);
        return tampering.touched();
    }

    @Override
    public String toString() {
        return name;
    }
}
