package dev.onsale.release.flags;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every flag that onsale reads, and what holds while nothing is defined. */
public enum KnownFlag {
    /** Purchases are taken. {@code sales.EVENT} is the same for one event. */
    SALES("sales", Kind.SWITCH, "Purchases are taken; sales.EVENT is the switch of one event."),
    /** Payment requests are executed. */
    PAYMENTS("payments", Kind.SWITCH, "Payment requests are executed; while killed they wait."),
    /** Candidates are used at all. */
    CANDIDATE("candidate", Kind.SWITCH, "Candidates are used; while killed everything takes the stable path."),
    /** The queue may grow to {@code queue.limit}; while killed only to {@code admission.limit}. */
    ADMISSION("admission", Kind.SWITCH, "The queue may grow to queue.limit; while killed only to admission.limit."),

    /** Which seat allocator decides; stamped on purchases as {@code allocator}. */
    ALLOCATOR("allocator", Kind.CANARY, "Which seat allocator decides a buyer's purchases."),
    /** Which payment path executes; stamped on purchases as {@code payments}. */
    PAYMENTS_PATH("payments-path", Kind.CANARY, "Which payment path executes a buyer's payments."),
    /** Which build of order-service answers. It is not read here: the edge's weights follow it. */
    ORDER_SERVICE("order-service", Kind.CANARY, "Which build of order-service answers; the edge's weights follow it.");

    /** What a flag decides. */
    public enum Kind {
        /** On or off, by variants of type boolean. On when nothing is defined; killed is off. */
        SWITCH,
        /** {@code stable} or {@code candidate}, by buyer. Stable when nothing is defined. */
        CANARY
    }

    static final String STABLE = "stable";
    static final String CANDIDATE_VARIANT = "candidate";

    private static final String OF_EVENT = SALES.flag + ".";

    private final String flag;
    private final Kind kind;
    private final String meaning;

    KnownFlag(String flag, Kind kind, String meaning) {
        this.flag = flag;
        this.kind = kind;
        this.meaning = meaning;
    }

    /** The flag's name: the key in {@code onsale.flags}. */
    public String flag() {
        return flag;
    }

    public Kind kind() {
        return kind;
    }

    /** For people. */
    public String meaning() {
        return meaning;
    }

    /** Name of the switch of one event's sales. */
    public static String salesOf(String eventId) {
        return OF_EVENT + eventId;
    }

    /** The event whose sales a switch is about; empty when it is another flag. */
    public static Optional<String> eventOf(String flag) {
        return flag.startsWith(OF_EVENT) ? Optional.of(flag.substring(OF_EVENT.length())) : Optional.empty();
    }

    /** What a name stands for; empty when no flag has this name. */
    static Optional<KnownFlag> find(String name) {
        if (eventOf(name).filter(event -> SectionKey.isId(event)).isPresent()) {
            return Optional.of(SALES);
        }
        return Arrays.stream(values()).filter(known -> known.flag.equals(name)).findFirst();
    }

    /** What a name stands for. @throws OperatorError when no flag has this name, naming those there are */
    public static KnownFlag of(String name) {
        return find(name)
                .orElseThrow(() -> new OperatorError("No flag is named '" + name + "'; the flags are "
                        + Arrays.stream(values()).map(KnownFlag::flag).collect(Collectors.joining(", ")) + " and "
                        + OF_EVENT + "EVENT."));
    }
}
