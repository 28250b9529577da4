package dev.onsale.cli.release;

import dev.onsale.cli.TopicPlan;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.ViewTopology;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.release.check.BuildFacts;
import dev.onsale.release.check.BuildFacts.Service;
import dev.onsale.release.check.BuildFacts.Store;
import dev.onsale.release.check.BuildFacts.TopicFacts;
import dev.onsale.release.check.BuildFacts.WireSchema;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topic;
import dev.onsale.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.streams.state.StoreBuilder;

/** The facts of this build, asked of the code that runs. */
final class ThisBuild {

    private static final PinnedSchemas SCHEMAS = PinnedSchemas.released();
    private static final String COMMANDS = subject(Topics.COMMANDS);
    private static final String EVENTS = subject(Topics.EVENTS);
    private static final String ORDERS = subject(Topics.ORDERS);
    private static final String PAYMENTS = subject(Topics.PAYMENTS);

    private ThisBuild() {}

    /** @param partitions of the topics that are spread by key, where this build is to run */
    static BuildFacts facts(int partitions) {
        SortedMap<String, List<WireSchema>> schemas = new TreeMap<>();
        SCHEMAS.versions()
                .forEach(version -> schemas.computeIfAbsent(version.subject(), subject -> new ArrayList<>())
                        .add(WireSchema.of(version.version(), version.id(), version.schema())));
        SortedMap<String, TopicFacts> topics = new TreeMap<>();
        TopicPlan plan = new TopicPlan(partitions, 1);
        Topics.settings()
                .forEach((name, settings) ->
                        topics.put(name, new TopicFacts(plan.partitionsOf(name), new TreeMap<>(settings))));
        return new BuildFacts(
                BuildFacts.FORMAT,
                AppInfoParser.getVersion(),
                new TreeMap<>(Map.of(
                        "inventory-stream", inventory(), "order-service", orders(), "payment-worker", payments())),
                schemas,
                topics);
    }

    private static Service inventory() {
        String topology = InventoryTopology.build(SCHEMAS, 1, new SimpleMeterRegistry())
                .describe()
                .toString();
        SortedMap<String, Store> stores = stores(InventoryTopology.stores(SCHEMAS), name -> name + "-value");
        SortedSet<String> reads = set(COMMANDS);
        stores.values().forEach(store -> reads.add(store.holds()));
        SortedSet<String> writes = new TreeSet<>(reads);
        writes.addAll(set(EVENTS, ORDERS, PAYMENTS));
        return new Service(
                set(InventoryService.APPLICATION_ID),
                reads,
                writes,
                lines(topology),
                stores,
                keys(InventoryConfig::from));
    }

    private static Service orders() {
        return new Service(
                set(OrderView.APPLICATION_ID),
                set(EVENTS, ORDERS),
                // Its view keeps statuses as they are on the topic.
                set(COMMANDS, ORDERS),
                lines(ViewTopology.description(SCHEMAS)),
                stores(ViewTopology.stores(SCHEMAS), name -> switch (name) {
                    case ViewTopology.ORDERS -> ORDERS;
                    case ViewTopology.SECTIONS -> "JSON";
                    default -> "text";
                }),
                keys(OrderServiceConfig::from));
    }

    private static Service payments() {
        return new Service(
                set(Groups.PAYMENTS_SHARE, Groups.PAYMENTS_CONSUMER),
                set(PAYMENTS),
                set(COMMANDS),
                List.of(),
                new TreeMap<>(),
                keys(PaymentWorkerConfig::from));
    }

    private static SortedMap<String, Store> stores(List<StoreBuilder<?>> builders, Function<String, String> holds) {
        SortedMap<String, Store> stores = new TreeMap<>();
        builders.forEach(store -> stores.put(
                store.name(),
                new Store(holds.apply(store.name()), store.loggingEnabled(), new TreeMap<>(store.logConfig()))));
        return stores;
    }

    /** The keys that a service reads when nothing is set. */
    private static SortedMap<String, String> keys(Function<Settings, ?> configuration) {
        Settings settings = Settings.of(Map.of());
        var _ = configuration.apply(settings);
        return settings.known();
    }

    private static List<String> lines(String description) {
        return description
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String subject(Topic<?> topic) {
        return topic.name() + "-value";
    }

    private static SortedSet<String> set(String... names) {
        return new TreeSet<>(Stream.of(names).toList());
    }
}
