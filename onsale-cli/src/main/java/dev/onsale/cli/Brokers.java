package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;

/** Asking brokers, with errors of one sentence. */
public final class Brokers {

    /** For how long an answer is waited for, in milliseconds. */
    private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

    private Brokers() {}

    /** @throws OperatorError when the client's properties are wrong */
    public static Admin admin(Map<String, Object> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MILLIS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MILLIS / 2);
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new OperatorError(
                    "The Kafka client cannot be made (" + reason.getMessage()
                            + "); correct --bootstrap or the file given with --config.",
                    e);
        }
    }

    /** What a future holds, or the broker's error as the cause. */
    public static <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("Interrupted while asking the brokers.", e);
        }
    }

    /** What a future holds. @throws OperatorError when the brokers did not answer or refused */
    public static <T> T answer(KafkaFuture<T> future) {
        try {
            return await(future);
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    public static OperatorError refused(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof TimeoutException
                ? new OperatorError("No broker answers; start the brokers, or name them with --bootstrap HOST:PORT.", e)
                : new OperatorError(
                        "The brokers refuse it (" + cause.getMessage()
                                + "); see what this client is allowed to do, or give it other credentials with --config.",
                        e);
    }
}
