package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.schemas.SectionKey;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The dossiers of one partition, by order key. */
final class Dossiers {

    private final Codecs codecs;
    private final Table<Dossier> table;

    /** @param mostAtHand how many may be in memory */
    Dossiers(Store store, Codecs codecs, int mostAtHand) {
        this.codecs = codecs;
        this.table = new Table<>(store, 'o', mostAtHand, Dossier::toBytes, bytes -> Dossier.fromBytes(bytes, codecs));
    }

    Optional<Order> order(String orderKey) {
        return table.find(orderKey).flatMap(Dossier::order);
    }

    Optional<OrderFacts> facts(String orderKey) {
        return table.find(orderKey).flatMap(Dossier::facts);
    }

    /** Changes a dossier, which is made if there is none. */
    void change(String orderKey, Consumer<Dossier> change) {
        Dossier dossier = table.find(orderKey).orElseGet(() -> new Dossier(codecs));
        change.accept(dossier);
        table.put(orderKey, dossier);
    }

    /** Those of a section's orders. */
    void forEachOf(SectionKey section, Consumer<Dossier> each) {
        table.forEach(section + "/", (key, dossier) -> each.accept(dossier));
    }

    /** Each, in order of keys. */
    void forEach(BiConsumer<String, Dossier> each) {
        table.forEach(each);
    }
}
