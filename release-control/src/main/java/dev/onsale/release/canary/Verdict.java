package dev.onsale.release.canary;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the judge says of a canary, and the numbers that it says so by. A value: the same observations give an equal verdict, and
 * as JSON it goes to the release log and comes back equal.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "verdict")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Verdict.Advance.class, name = "ADVANCE"),
    @JsonSubTypes.Type(value = Verdict.Extend.class, name = "EXTEND"),
    @JsonSubTypes.Type(value = Verdict.Abort.class, name = "ABORT")
})
public sealed interface Verdict {

    /**
     * The step is over and nothing spoke against the canary.
     *
     * @param toPercent its next share; 100: it is promoted
     */
    record Advance(int toPercent, Numbers numbers) implements Verdict {}

    /** The step goes on. */
    record Extend(Why why, Numbers numbers) implements Verdict {}

    /** The canary ends here. */
    record Abort(Cause cause, Numbers numbers) implements Verdict {}

    /** Why a step goes on. */
    enum Why {
        /** It has not lasted its minimum. */
        RUNNING,
        /** Inconclusive: fewer buyers than the minimum were answered. */
        TOO_FEW_BUYERS,
        /** Inconclusive: more bad buyers got the canary than its share explains, but not enough to be sure. */
        LEANING_AGAINST
    }

    /** Why a canary is aborted. */
    enum Cause {
        /** Nobody could be given it: none of its instances has answered for some seconds. */
        AWAY,
        /** It has more bad buyers. */
        MORE_BAD_BUYERS,
        /** Its answers are slower. */
        SLOWER,
        /** Too many of its answers are slower than nearly all of the control's. */
        LONG_TAIL
    }

    /**
     * The numbers behind a verdict.
     *
     * @param atMillis when it was given, epoch milliseconds
     * @param percent the canary's configured share in this step
     * @param canaryBuyers buyers observed with the canary in this step
     * @param controlBuyers buyers observed with the control in this step
     * @param canaryAnswered those of the canary's who got an answer that is no error
     * @param controlAnswered those of the control's who did
     * @param canaryBad bad buyers of the canary
     * @param controlBad bad buyers of the control
     * @param stepEvidence how many times more likely this step's bad buyers are if the canary is worse
     * @param evidence the same of all steps so far
     * @param evidenceToAbort the evidence at which it is aborted
     * @param awayMillis for how long no instance of the canary has been able to answer; 0: one is, or nobody looks
     * @param gate the latencies at the end of a step; absent where it was not reached
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Numbers(
            long atMillis,
            int percent,
            int canaryBuyers,
            int controlBuyers,
            int canaryAnswered,
            int controlAnswered,
            int canaryBad,
            int controlBad,
            double stepEvidence,
            double evidence,
            double evidenceToAbort,
            long awayMillis,
            @Nullable Gate gate) {}

    Numbers numbers();

    /** The verdict as a sentence for people. */
    default String reason() {
        Numbers n = numbers();
        String bad = String.format(
                Locale.ROOT,
                "%d of %d buyers were bad with the canary, %d of %d with the control, evidence %.3g of %.3g",
                n.canaryBad(),
                n.canaryBuyers(),
                n.controlBad(),
                n.controlBuyers(),
                n.evidence(),
                n.evidenceToAbort());
        String what = switch (this) {
            case Advance on ->
                on.toPercent() == 100
                        ? "Promoted"
                        : "On from " + n.percent() + " to " + on.toPercent() + " % of the buyers";
            case Extend extend ->
                switch (extend.why()) {
                    case RUNNING -> "The step has not lasted its minimum yet";
                    case TOO_FEW_BUYERS ->
                        "Inconclusive: too few buyers were answered, " + n.canaryAnswered() + " with the canary and "
                                + n.controlAnswered() + " with the control";
                    case LEANING_AGAINST -> "Inconclusive: more bad buyers than expected got the canary";
                };
            case Abort abort ->
                switch (abort.cause()) {
                    case AWAY -> "Aborted: no instance of the canary has answered for " + n.awayMillis() / 1000 + " s";
                    case MORE_BAD_BUYERS -> "Aborted: more buyers are bad with the canary";
                    case SLOWER -> "Aborted: the canary's answers are slower";
                    case LONG_TAIL -> "Aborted: too many of the canary's answers are slower than the control's p99";
                };
        };
        Gate gate = n.gate();
        String latencies = gate == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; p %.2g for slower answers, p %.2g for %d beyond the control's p99 of %.0f ms, limit %.2g",
                        gate.slowerP(),
                        gate.tailP(),
                        gate.beyondP99(),
                        gate.controlP99Millis(),
                        gate.limit());
        return what + "; " + bad + latencies + ".";
    }
}
