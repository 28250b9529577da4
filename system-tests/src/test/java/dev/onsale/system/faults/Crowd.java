package dev.onsale.system.faults;

import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A steady stream of commands on several sections: purchases of overlapping seats, repeated requests, reused request ids,
 * cards that are declined, cancellations. What it sends follows from its seed.
 */
final class Crowd implements AutoCloseable {

    private static final int ROWS = 4;
    private static final int SEATS_PER_ROW = 10;
    /** So often a section of the same event opens in place of another, which is sold out by then. */
    private static final int COMMANDS_PER_SECTION = 400;

    private static final int HOLD_SECONDS = 5;
    private static final int TICK_MILLIS = 20;

    private record Request(
            SectionKey section, String buyer, String id, int quantity, List<String> seats, String card) {}

    private final Commands commands;
    private final String event;
    private final List<SectionKey> sections = new ArrayList<>();
    private final Random random;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Request> sent = new ArrayList<>();
    private int opened;
    private Future<?> stream = java.util.concurrent.CompletableFuture.completedFuture(null);

    /** Puts an event's sections on sale. */
    Crowd(Commands commands, String event, int sectionCount, long seed) {
        this.commands = commands;
        this.event = event;
        this.random = new Random(seed);
        for (int i = 0; i < sectionCount; i++) {
            sections.add(open());
        }
    }

    private SectionKey open() {
        SectionKey section = new SectionKey(event, "S" + opened++);
        commands.open(section, ROWS, SEATS_PER_ROW, HOLD_SECONDS);
        return section;
    }

    /** Sends a steady stream until {@link #stop}. */
    void start(int perSecond) {
        int burst = Math.max(1, perSecond * TICK_MILLIS / 1_000);
        stream = clock.scheduleAtFixedRate(() -> send(burst), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Sends some commands now. */
    void send(int count) {
        for (int i = 0; i < count; i++) {
            sendOne();
        }
    }

    private void sendOne() {
        int kind = random.nextInt(100);
        if (kind < 85 || sent.isEmpty()) {
            sent.add(newRequest());
            if (sent.size() % COMMANDS_PER_SECTION == 0) {
                sections.set(random.nextInt(sections.size()), open());
            }
            send(sent.getLast());
            return;
        }
        Request earlier = sent.get(random.nextInt(sent.size()));
        if (kind < 94) {
            send(earlier);
        } else if (kind < 96) {
            send(new Request(
                    earlier.section, earlier.buyer, earlier.id, 1 + earlier.quantity, List.of(), earlier.card));
        } else {
            commands.cancel(earlier.section, earlier.buyer, Requests.orderId(earlier.buyer, earlier.id));
        }
    }

    private Request newRequest() {
        SectionKey section = sections.get(random.nextInt(sections.size()));
        String buyer = "buyer-" + sent.size();
        int quantity = 1 + random.nextInt(4);
        List<String> seats = random.nextInt(4) == 0 ? List.of() : seats(quantity);
        String card = random.nextInt(10) < 4 ? Commands.BAD_CARD : Commands.GOOD_CARD;
        return new Request(section, buyer, section + "-" + sent.size(), quantity, seats, card);
    }

    private List<String> seats(int quantity) {
        char row = (char) ('A' + random.nextInt(ROWS));
        int first = 1 + random.nextInt(SEATS_PER_ROW - quantity + 1);
        return IntStream.range(first, first + quantity)
                .mapToObj(number -> row + "-" + number)
                .toList();
    }

    private void send(Request request) {
        commands.buy(request.section, request.buyer, request.id, request.quantity, request.seats, request.card);
    }

    /** Ends the stream; the broker has all of it. */
    void stop() throws InterruptedException {
        stream.cancel(false);
        clock.shutdown();
        if (!clock.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the stream of commands does not end");
        }
        try {
            if (!stream.isCancelled()) {
                stream.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the stream of commands ended early", e.getCause());
        }
        commands.flush();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
