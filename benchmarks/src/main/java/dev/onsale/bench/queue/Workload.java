package dev.onsale.bench.queue;

import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What waits in the queue. The same size and seed give the same commands. */
public enum Workload {
    DRAIN("drain", "many sections, nearly everybody gets a seat", 256, 0.95, 1, false),
    SOLD_OUT("sold-out", "many sections, sold out but for a seat each: everybody else is refused", 256, 0, 1, false),
    DUPLICATES("duplicates", "as drain, and every request is sent three times", 256, 0.95, 3, false),
    ONE_SECTION("one-section", "all on one key", 1, 1, 1, false),
    HOT_1K("hot-1k", "sections of 1,000 seats, best available", -1_000, 1, 1, false),
    HOT_10K("hot-10k", "sections of 10,000 seats, best available", -10_000, 1, 1, false),
    HOT_100K("hot-100k", "sections of 100,000 seats, best available", -100_000, 1, 1, false),
    HOT_1K_EXPLICIT("hot-1k-explicit", "sections of 1,000 seats, seats by name", -1_000, 1, 1, true),
    HOT_10K_EXPLICIT("hot-10k-explicit", "sections of 10,000 seats, seats by name", -10_000, 1, 1, true),
    HOT_100K_EXPLICIT("hot-100k-explicit", "sections of 100,000 seats, seats by name", -100_000, 1, 1, true);

    private static final String EVENT = "bench";
    private static final int SEATS_PER_ROW = 50;
    /** Copies of a request come this many requests after it, as from a client that tries again. */
    private static final int COPY_DISTANCE = 1_000;

    private static final int HOLD_SECONDS = 86_400;

    private final String id;
    private final String text;
    /** Number of sections; negative: the seats of each, with as many sections as the purchases fill. */
    private final int sections;

    private final double share;
    private final int copies;
    private final boolean seatsByName;

    Workload(String id, String text, int sections, double share, int copies, boolean seatsByName) {
        this.id = id;
        this.text = text;
        this.sections = sections;
        this.share = share;
        this.copies = copies;
        this.seatsByName = seatsByName;
    }

    public static Optional<Workload> of(String id) {
        return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
    }

    public String id() {
        return id;
    }

    public String text() {
        return text;
    }

    /** @param size number of purchases, copies included */
    public List<Command> openings(int size) {
        int rows = Math.max(1, seats(size) / SEATS_PER_ROW);
        int perRow = Math.min(seats(size), SEATS_PER_ROW);
        var definition = SectionDefinition.newBuilder()
                .setEventName("A benchmark")
                .setCurrency("EUR")
                .setRows(rows)
                .setSeatsPerRow(perRow)
                .setPrice(5_000)
                .setHoldSeconds(HOLD_SECONDS)
                .setMaxPerBuyer(4)
                .build();
        return IntStream.range(0, sections(size))
                .mapToObj(i -> new Command(header(i).setCommandId("open-" + i).build(), new OpenSection(definition)))
                .toList();
    }

    /**
     * One purchase.
     *
     * @param size number of purchases, copies included
     * @param index from 0
     */
    public Command purchase(int size, int index) {
        int request = index / (COPY_DISTANCE * copies) * COPY_DISTANCE + index % COPY_DISTANCE;
        int section = section(size, request);
        List<String> seats = seatsByName ? List.of(seatName(size, request / sections(size))) : List.of();
        var purchase = Purchase.newBuilder()
                .setQuantity(seats.isEmpty() ? 1 : 0)
                .setSeats(seats)
                .setPreference(SeatPreference.CONTIGUOUS)
                .setPaymentToken("pm_card_visa")
                .build();
        CommandHeader header = header(section)
                .setCommandId("command-" + index)
                .setBuyer("buyer-" + request)
                .setRequestId("request-" + request)
                .build();
        return new Command(header, purchase);
    }

    /** With seats by name, each is wanted once, so the sections take turns; else who wants what is random. */
    private int section(int size, int request) {
        int all = sections(size);
        return seatsByName || all == 1 ? request % all : new SplittableRandom(request).nextInt(all);
    }

    /** Every seat once, in an order that jumps about. */
    private String seatName(int size, int nth) {
        int seats = seats(size);
        int seat = (int) (nth * 7_919L % seats);
        return rowName(seat / SEATS_PER_ROW) + "-" + (seat % SEATS_PER_ROW + 1);
    }

    private static String rowName(int row) {
        String last = Character.toString('A' + row % 26);
        return row < 26 ? last : rowName(row / 26 - 1) + last;
    }

    private int sections(int size) {
        return sections > 0 ? sections : Math.max(1, size / -sections);
    }

    private int seats(int size) {
        if (sections < 0) {
            return -sections;
        }
        int requests = size / copies / sections;
        return share == 0 ? 1 : Math.max(SEATS_PER_ROW, (int) (requests * share) / SEATS_PER_ROW * SEATS_PER_ROW);
    }

    private CommandHeader.Builder header(int section) {
        return CommandHeader.newBuilder()
                .setEventId(EVENT)
                .setSectionId("section-" + section)
                .setVariants(Map.of());
    }

    /** Where a command is decided. */
    public static SectionKey key(Command command) {
        return new SectionKey(
                command.getHeader().getEventId(), command.getHeader().getSectionId());
    }
}
