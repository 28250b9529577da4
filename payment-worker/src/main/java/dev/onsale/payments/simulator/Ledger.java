package dev.onsale.payments.simulator;

import dev.onsale.runtime.OperatorError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was charged, one JSON line per effect, appended to a file before anybody is told. All other state is rebuilt from
 * the lines: {@link #apply} is its only writer.
 *
 * <p>A line is handed to the operating system, not forced to the disk: it outlives the death of this process ({@code kill
 * -9}), but not the loss of power. A last line that was written by half is dropped on the next start; nobody was answered.
 *
 * <p>The file is locked, so that two simulators cannot share it.
 */
final class Ledger implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Ledger.class);

    /** The stored answer of an idempotency key: what happened, and the PaymentIntent right after it. */
    record Remembered(Entry entry, PaymentIntent after) {}

    private final Path file;
    private final FileChannel channel;
    private final Map<String, PaymentIntent> intents = new ConcurrentHashMap<>();
    private final Map<String, Remembered> byKey = new ConcurrentHashMap<>();
    private long lastSeq;
    /** Bytes of whole lines; readers look no further. */
    private volatile long length;

    private Ledger(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a ledger and replays it. @throws OperatorError when the file cannot be used */
    static Ledger open(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Ledger ledger = new Ledger(file, channel);
            try {
                ledger.lock();
                ledger.replay();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return ledger;
        } catch (IOException e) {
            throw new OperatorError(
                    "The gateway's ledger " + file + " cannot be opened (" + e
                            + "); choose another file with gateway.ledger, or make its folder writable.",
                    e);
        }
    }

    private void lock() throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            throw new OperatorError("The gateway's ledger " + file
                    + " is in use by another simulator; stop that one, or choose another file with gateway.ledger.");
        }
    }

    private void replay() throws IOException {
        dropTornLine();
        long[] line = {0};
        read(text -> {
            line[0]++;
            try {
                apply(Entry.parse(text));
            } catch (IllegalArgumentException e) {
                throw new OperatorError("The gateway's ledger " + file + " is damaged at line " + line[0] + " ("
                        + e.getMessage() + "); restore it from a copy, or choose another file with gateway.ledger.");
            }
        });
        log.info("ledger {} holds {} effects", file, lastSeq);
    }

    private void dropTornLine() throws IOException {
        long size = channel.size();
        long end = size;
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
        }
        if (end < size) {
            log.warn("dropped {} bytes of a torn last line of {}", size - end, file);
            channel.truncate(end);
        }
        length = end;
    }

    /** Hands over every whole line that there was when the call began, oldest first. */
    void read(Consumer<String> lines) throws IOException {
        long left = length;
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ);
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(reading), StandardCharsets.UTF_8))) {
            while (left > 0) {
                String line = reader.readLine();
                if (line == null) {
                    return;
                }
                lines.accept(line);
                left -= line.getBytes(StandardCharsets.UTF_8).length + 1L;
            }
        }
    }

    @Nullable
    PaymentIntent intent(String id) {
        return intents.get(id);
    }

    @Nullable
    Remembered remembered(String key) {
        return key.isEmpty() ? null : byKey.get(key);
    }

    /** @param declineCode why the card is declined; empty: it is not */
    synchronized Remembered authorise(Form form, String hash, String key, String declineCode) {
        return write(new Entry(
                lastSeq + 1,
                now(),
                Entry.Operation.AUTHORISE,
                form.amount("amount", form.required("amount")),
                Currencies.require(form.required("currency")),
                declineCode,
                key,
                "pi_sim_%012d".formatted(lastSeq + 1),
                hash,
                form.required("payment_method"),
                form.metadata()));
    }

    synchronized Remembered capture(String id, Form form, String hash, String key) {
        PaymentIntent intent = require(404, "intent", id);
        if (intent.status() != PaymentIntent.Status.REQUIRES_CAPTURE) {
            throw Refusal.unexpectedState(intent, "captured");
        }
        long amount = form.amount("amount_to_capture", form.text("amount_to_capture", Long.toString(intent.amount())));
        if (amount > intent.amount()) {
            throw Refusal.invalid("amount_to_capture", "The amount is greater than what can be captured.");
        }
        return write(entry(Entry.Operation.CAPTURE, intent, amount, hash, key));
    }

    synchronized Remembered cancel(String id, String hash, String key) {
        PaymentIntent intent = require(404, "intent", id);
        switch (intent.status()) {
            case SUCCEEDED, CANCELED -> throw Refusal.unexpectedState(intent, "canceled");
            case REQUIRES_CAPTURE, REQUIRES_PAYMENT_METHOD -> {}
        }
        return write(entry(Entry.Operation.VOID, intent, intent.amount(), hash, key));
    }

    synchronized Remembered refund(Form form, String hash, String key) {
        String id = form.required("payment_intent");
        PaymentIntent intent = require(400, "payment_intent", id);
        if (intent.status() != PaymentIntent.Status.SUCCEEDED) {
            throw Refusal.unexpectedState(intent, "refunded");
        }
        long left = intent.received() - intent.refunded();
        if (left == 0) {
            throw Refusal.alreadyRefunded(intent);
        }
        long amount = form.amount("amount", form.text("amount", Long.toString(left)));
        if (amount > left) {
            throw Refusal.invalid(
                    "amount", "Refund amount is greater than the unrefunded amount on the charge: " + left);
        }
        return write(entry(Entry.Operation.REFUND, intent, amount, hash, key));
    }

    private Entry entry(Entry.Operation operation, PaymentIntent intent, long amount, String hash, String key) {
        return new Entry(
                lastSeq + 1,
                now(),
                operation,
                amount,
                Currencies.require(intent.currency()),
                "",
                key,
                intent.id(),
                hash,
                "",
                intent.metadata());
    }

    private PaymentIntent require(int status, String param, String id) {
        PaymentIntent intent = intents.get(id);
        if (intent == null) {
            throw Refusal.noSuchIntent(status, param, id);
        }
        return intent;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private Remembered write(Entry entry) {
        ByteBuffer line = ByteBuffer.wrap(entry.toLine().getBytes(StandardCharsets.UTF_8));
        long end = length + line.remaining();
        try {
            // The position is given, so that a line which a full disk cut short is overwritten by the next one.
            for (long at = length; line.hasRemaining(); ) {
                at += channel.write(line, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger " + file + " cannot be written", e);
        }
        length = end;
        return apply(entry);
    }

    private Remembered apply(Entry entry) {
        PaymentIntent after = switch (entry.operation()) {
            case AUTHORISE -> authorised(entry);
            case CAPTURE -> known(entry).captured(entry.amount());
            case VOID -> known(entry).canceled();
            case REFUND -> known(entry).refunded(entry.amount());
        };
        Remembered remembered = new Remembered(entry, after);
        intents.put(after.id(), after);
        if (!entry.idempotencyKey().isEmpty()) {
            byKey.put(entry.idempotencyKey(), remembered);
        }
        lastSeq = entry.seq();
        return remembered;
    }

    private PaymentIntent known(Entry entry) {
        PaymentIntent intent = intents.get(entry.intent());
        if (intent == null) {
            throw new IllegalArgumentException("an effect on the unknown payment " + entry.intent());
        }
        return intent;
    }

    private static PaymentIntent authorised(Entry entry) {
        return new PaymentIntent(
                entry.intent(),
                entry.amount(),
                Currencies.onTheWire(entry.currency()),
                entry.paymentMethod(),
                entry.metadata(),
                entry.declined() ? PaymentIntent.Status.REQUIRES_PAYMENT_METHOD : PaymentIntent.Status.REQUIRES_CAPTURE,
                0,
                0,
                entry.at().getEpochSecond());
    }

    /** Also gives the file to another simulator. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger " + file + " cannot be closed", e);
        }
    }
}
