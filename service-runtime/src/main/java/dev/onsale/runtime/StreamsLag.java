package dev.onsale.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;

/** How far a Kafka Streams program is behind, for whoever wants to restart another instance of it. Asked when it is read. */
public final class StreamsLag {

    private StreamsLag() {}

    public static void bind(KafkaStreams streams, MeterRegistry meters) {
        Gauge.builder("onsale.input.lag.records", streams, StreamsLag::input)
                .description("Records that this instance has been assigned and has not read yet.")
                .register(meters);
        Gauge.builder("onsale.state.lag.records", streams, StreamsLag::state)
                .description("Records that copies of state on this instance lack, while they restore or stand by.")
                .register(meters);
    }

    private static double input(KafkaStreams streams) {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("records-lag"))
                .filter(metric -> !metric.metricName()
                        .tags()
                        .getOrDefault("client-id", "")
                        .endsWith("-restore-consumer"))
                .mapToDouble(StreamsLag::number)
                .filter(lag -> !Double.isNaN(lag))
                .sum();
    }

    private static double number(Metric metric) {
        return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** Not a number while nobody knows. */
    private static double state(KafkaStreams streams) {
        try {
            return streams.allLocalStorePartitionLags().values().stream()
                    .flatMap(partitions -> partitions.values().stream())
                    .mapToLong(LagInfo::offsetLag)
                    .sum();
        } catch (RuntimeException e) {
            return Double.NaN;
        }
    }
}
