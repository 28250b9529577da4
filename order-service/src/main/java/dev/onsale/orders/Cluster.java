package dev.onsale.orders;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What must be there before this service starts. */
final class Cluster {

    private static final int TIMEOUT_SECONDS = 15;

    private Cluster() {}

    /**
     * Looks for the topics.
     *
     * @return number of partitions of {@code onsale.commands}
     * @throws OperatorError when the broker is away or a topic is missing
     */
    static int requireTopics(Admin admin, Object bootstrapServers) {
        List<String> topics = List.of(Topics.COMMANDS.name(), Topics.EVENTS.name(), Topics.ORDERS.name());
        try {
            Map<String, TopicDescription> described =
                    admin.describeTopics(topics).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return described.values().stream()
                    .filter(topic -> topic.name().equals(Topics.COMMANDS.name()))
                    .mapToInt(topic -> topic.partitions().size())
                    .sum();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new OperatorError("A topic is missing at " + bootstrapServers + "; create "
                        + String.join(", ", topics) + " as deploy/ describes.");
            }
            throw away(bootstrapServers, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw away(bootstrapServers, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away(bootstrapServers, e);
        }
    }

    static OperatorError away(Object bootstrapServers, Throwable cause) {
        return new OperatorError("No broker answers at " + bootstrapServers + " (" + cause
                + "); start it, or set bootstrap.servers and kafka.* to reach it.");
    }
}
