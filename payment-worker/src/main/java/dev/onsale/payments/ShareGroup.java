package dev.onsale.payments;

import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of the share group, which belong to the group and not to its members. Kafka's defaults would be wrong: it
 * would hand out the requests of aborted transactions (read_uncommitted), and skip those that were written before the
 * first worker started (latest).
 */
final class ShareGroup {

    private static final Logger log = LoggerFactory.getLogger(ShareGroup.class);

    static final String ISOLATION = "share.isolation.level";
    static final String RESET = "share.auto.offset.reset";
    static final String DELIVERY_LIMIT = "share.delivery.count.limit";

    private static final Map<String, String> REQUIRED = Map.of(ISOLATION, "read_committed", RESET, "earliest");
    /** Every crash of a worker costs one, so the more the better; 10 is the most that brokers allow by default. */
    private static final int WANTED_DELIVERIES = 10;

    private static final int BROKER_DEFAULT_DELIVERIES = 5;

    private ShareGroup() {}

    /**
     * Makes the group fit for payments.
     *
     * @return how often a record is delivered before the broker gives up on it
     * @throws OperatorError when the brokers cannot be reached or do not allow it
     */
    static int prepare(Admin admin, String group) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        try {
            Map<String, String> before = read(admin, resource);
            Map<String, String> missing = REQUIRED.entrySet().stream()
                    .filter(required -> !required.getValue().equals(before.get(required.getKey())))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            if (!missing.isEmpty()) {
                set(admin, resource, missing);
            }
        } catch (ExecutionException e) {
            throw new OperatorError(
                    "The share group " + group + " cannot be prepared (" + reason(e)
                            + "); start brokers of Kafka 4.2 or later, allow this worker to alter the group's configuration,"
                            + " or set payments.source=consumer.",
                    e);
        }
        try {
            set(admin, resource, Map.of(DELIVERY_LIMIT, Integer.toString(WANTED_DELIVERIES)));
            // Not read back: a broker may still tell the old value for a moment.
            return WANTED_DELIVERIES;
        } catch (ExecutionException e) {
            log.warn("{} stays as it is: {}", DELIVERY_LIMIT, reason(e));
        }
        try {
            String limit = read(admin, resource).get(DELIVERY_LIMIT);
            return limit == null ? BROKER_DEFAULT_DELIVERIES : Integer.parseInt(limit);
        } catch (ExecutionException e) {
            return BROKER_DEFAULT_DELIVERIES;
        }
    }

    private static Map<String, String> read(Admin admin, ConfigResource resource)
            throws ExecutionException, InterruptedException {
        Config config =
                admin.describeConfigs(List.of(resource)).all().get().getOrDefault(resource, new Config(List.of()));
        return config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private static void set(Admin admin, ConfigResource resource, Map<String, String> values)
            throws ExecutionException, InterruptedException {
        List<AlterConfigOp> changes = values.entrySet().stream()
                .map(value ->
                        new AlterConfigOp(new ConfigEntry(value.getKey(), value.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
    }

    private static String reason(ExecutionException e) {
        return String.valueOf(e.getCause());
    }
}
