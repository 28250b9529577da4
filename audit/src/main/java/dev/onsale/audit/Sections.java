package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.domain.SectionState;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.SectionKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sections of a partition, as they are decided and as their events tell. Those that nobody has used for the longest are put away
 * when there are too many buyers in memory: the facts as they are, and what is decided is made anew from its orders, as in the decider.
 */
final class Sections {

    private static final byte PREFIX = 'n';

    /** A section in memory. */
    private static final class AtHand {
        final SectionKey key;
        final LiveSection live;
        final SectionFacts facts;
        int buyers;

        AtHand(SectionKey key, LiveSection live, SectionFacts facts) {
            this.key = key;
            this.live = live;
            this.facts = facts;
        }
    }

    private final Store store;
    private final Dossiers dossiers;
    private final int mostBuyers;
    private final LinkedHashMap<SectionKey, AtHand> atHand = new LinkedHashMap<>(16, 0.75f, true);
    /** The last states of all. */
    private final Map<SectionKey, SectionState> states = new HashMap<>();

    private @Nullable AtHand latest;
    private int buyers;

    /** @param mostBuyers how many buyers may be in memory, but for one section */
    Sections(Store store, Dossiers dossiers, int mostBuyers) {
        this.store = store;
        this.dossiers = dossiers;
        this.mostBuyers = mostBuyers;
    }

    /** A section as it is decided. */
    LiveSection live(SectionKey key) {
        return at(key).live;
    }

    /** A section as its events tell. */
    SectionFacts facts(SectionKey key) {
        return at(key).facts;
    }

    /** Takes note of a section's own state, as it was decided. */
    void decided(SectionKey key, SectionState state) {
        states.put(key, state);
    }

    void forEachState(BiConsumer<SectionKey, SectionState> each) {
        states.forEach(each);
    }

    private AtHand at(SectionKey key) {
        AtHand now = latest;
        if (now != null && now.key.equals(key)) {
            return now;
        }
        if (now != null) {
            buyers += now.facts.buyers() - now.buyers;
            now.buyers = now.facts.buyers();
            while (buyers > mostBuyers && atHand.size() > 1) {
                putAway(atHand.pollFirstEntry().getValue());
            }
        }
        now = atHand.get(key);
        if (now == null) {
            now = takeUp(key);
            atHand.put(key, now);
        }
        latest = now;
        return now;
    }

    private void putAway(AtHand section) {
        buyers -= section.buyers;
        store.put(bytes(section.key), section.facts.toBytes());
    }

    private AtHand takeUp(SectionKey key) {
        byte[] bytes = store.get(bytes(key));
        SectionFacts facts = bytes == null ? new SectionFacts() : SectionFacts.fromBytes(bytes);
        var section = new AtHand(key, live(key, bytes != null), facts);
        section.buyers = facts.buyers();
        buyers += section.buyers;
        return section;
    }

    private LiveSection live(SectionKey key, boolean known) {
        Function<String, Optional<Order>> orders = orderId -> dossiers.order(key + "/" + orderId);
        SectionState state = states.get(key);
        LiveSection live = state == null ? LiveSection.unknown(key, orders) : LiveSection.restored(key, state, orders);
        if (known) {
            dossiers.forEachOf(key, dossier -> dossier.order().ifPresent(live::restore));
        }
        return live;
    }

    private static byte[] bytes(SectionKey key) {
        return ((char) PREFIX + key.toString()).getBytes(StandardCharsets.UTF_8);
    }
}
