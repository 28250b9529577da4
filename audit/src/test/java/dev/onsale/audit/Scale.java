package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A process that writes a large archive, or reads it; {@link ScaleTest} runs it with little memory. */
final class Scale {

    private Scale() {}

    /**
     * Prints what was done as a line of JSON.
     *
     * @param args {@code write DIR RECORDS}; {@code compare DIR}, which only decodes and then audits; or {@code audit DIR [WORK]}
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        ObjectNode ran = new ObjectMapper().createObjectNode();
        long begun = System.nanoTime();
        switch (args[0]) {
            case "write" -> ran.put("records", LargeSale.write(folder, Long.parseLong(args[2])));
            case "compare" -> {
                decode(folder);
                ran.put("decodeSeconds", (System.nanoTime() - begun) / 1e9);
                double decodeBusy = busySeconds();
                ran.put("decodeBusySeconds", decodeBusy);
                begun = System.nanoTime();
                audit(folder, Optional.empty(), ran);
                ran.put("busySeconds", busySeconds() - decodeBusy);
            }
            case "audit" -> audit(folder, Stream.of(args).skip(2).map(Path::of).findFirst(), ran);
            default -> throw new IllegalArgumentException(args[0]);
        }
        ran.put("seconds", (System.nanoTime() - begun) / 1e9);
        System.out.println(ran);
    }

    /** What this process has had of processors, its compiler and garbage collector included. */
    private static double busySeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    /** One reader that only decodes. */
    private static void decode(Path folder) {
        try (ArchiveLogSource source = ArchiveLogSource.open(folder)) {
            Codecs codecs = Codecs.of(source.schemaIds());
            Map<String, Consumer<byte[]>> decoders = Map.of(
                    Topics.COMMANDS.name(),
                    codecs.commands()::fromBytes,
                    Topics.EVENTS.name(),
                    codecs.events()::read,
                    Topics.ORDERS.name(),
                    codecs.statuses()::read,
                    Topics.PAYMENTS.name(),
                    codecs.payments()::read,
                    StoreLog.ORDERS,
                    codecs.storedOrders()::read,
                    StoreLog.SECTIONS,
                    codecs.storedSections()::read);
            for (Map.Entry<String, Consumer<byte[]>> topic : decoders.entrySet()) {
                for (int partition = 0; partition < source.partitions(topic.getKey()); partition++) {
                    long end = source.end(topic.getKey(), partition);
                    try (LogCursor cursor = source.open(topic.getKey(), partition, 0, end, () -> {})) {
                        for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
                            byte[] value = next.value();
                            if (value != null) {
                                topic.getValue().accept(value);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void audit(Path folder, Optional<Path> work, ObjectNode ran) throws IOException {
        AuditOptions all = AuditOptions.of(Map.of()).withArchive(folder);
        AuditReport report = Audit.run(work.map(all::withWork).orElse(all), AuditListener.SILENT, Story.none());
        ran.put(
                        "records",
                        report.inputs().partitions().stream()
                                .mapToLong(Inputs.Partition::records)
                                .sum())
                .set("report", new ObjectMapper().readTree(report.toJson()));
    }
}
