package dev.onsale.schemas;

import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The catalogue of topics. Their names are a contract: others produce to and consume from them. */
public final class Topics {

    private static final String THIRTY_DAYS_MILLIS = "2592000000";

    /** All that may change a section, ordered; kept for ever. The broker stamps the time. */
    public static final Topic<Command> COMMANDS = new Topic<>(
            "onsale.commands",
            Command.class,
            Map.of("cleanup.policy", "delete", "retention.ms", "-1", "message.timestamp.type", "LogAppendTime"));

    /**
     * What was decided; kept for ever. Partition p holds what was decided for partition p of the commands. The broker stamps the
     * time here, too: Kafka Streams would copy the command's, and then nobody could tell how long the decision took.
     */
    public static final Topic<Event> EVENTS = new Topic<>(
            "onsale.events",
            Event.class,
            Map.of("cleanup.policy", "delete", "retention.ms", "-1", "message.timestamp.type", "LogAppendTime"));

    /** Latest status of every order. */
    public static final Topic<OrderStatus> ORDERS =
            new Topic<>("onsale.orders", OrderStatus.class, Map.of("cleanup.policy", "compact"));

    /**
     * Payment operations to execute. A record's time is when it was asked for, also when it is sent again: by that, a worker
     * knows an authorisation that is too old to be repeated.
     */
    public static final Topic<PaymentRequest> PAYMENTS = new Topic<>(
            "onsale.payments",
            PaymentRequest.class,
            Map.of(
                    "cleanup.policy",
                    "delete",
                    "retention.ms",
                    THIRTY_DAYS_MILLIS,
                    "message.timestamp.type",
                    "CreateTime"));

    /** Records that could not be read, as they were, with the reason in headers. See {@link DeadLetters}. */
    public static final String DEAD_LETTERS = "onsale.dead-letters";

    /** Flag definitions. Created with the others, so that turning flags on needs no change of topics. */
    public static final String FLAGS = "onsale.flags";

    /** Every flag change, canary step, verdict and rollback. */
    public static final String RELEASE_LOG = "onsale.release-log";

    public static final List<Topic<?>> TYPED = List.of(COMMANDS, EVENTS, ORDERS, PAYMENTS);

    private Topics() {}

    /** Every topic with the settings it must have, in order of the catalogue. */
    public static Map<String, Map<String, String>> settings() {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        TYPED.forEach(topic -> all.put(topic.name(), topic.settings()));
        all.put(FLAGS, Map.of("cleanup.policy", "compact"));
        all.put(RELEASE_LOG, Map.of("cleanup.policy", "delete", "retention.ms", "-1"));
        all.put(DEAD_LETTERS, Map.of("cleanup.policy", "delete", "retention.ms", THIRTY_DAYS_MILLIS));
        return all;
    }
}
