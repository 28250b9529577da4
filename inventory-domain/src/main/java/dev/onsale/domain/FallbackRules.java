package dev.onsale.domain;

import dev.onsale.domain.Decision.Accepted;
import dev.onsale.domain.Decision.Rejected;
import dev.onsale.domain.SectionState.Fallback;

/**
 * A section is decided elsewhere while its decider is away, and what was decided there comes back. Nothing is believed: every
 * decision is taken once more, from the state and at the time of then, and has to come out the same. So nothing that these
 * rules would not have sold can come in, whoever sends it.
 */
final class FallbackRules {

    private FallbackRules() {}

    static Decision decide(Section section, Command.FallbackCommand command, Stamp stamp) {
        return switch (command) {
            case Command.EnterFallback enter -> enter(section, enter);
            case Command.LeaveFallback leave -> leave(section, leave);
            case Command.Adopt adopt -> adopt(section, adopt, stamp);
        };
    }

    private static Decision enter(Section section, Command.EnterFallback enter) {
        Fallback latest = section.state().fallback();
        if (section.definition().isEmpty()) {
            return Rejected.because(Reason.UNKNOWN_SECTION);
        }
        if (latest.active() && latest.epoch() == enter.epoch()) {
            return Accepted.of();
        }
        return latest.active() || enter.epoch() <= latest.epoch()
                ? Rejected.because(Reason.NOT_ADOPTED)
                : Accepted.of(new Event.FallbackEntered(enter.epoch()));
    }

    private static Decision leave(Section section, Command.LeaveFallback leave) {
        Fallback latest = section.state().fallback();
        if (leave.epoch() != latest.epoch()) {
            return Rejected.because(Reason.NOT_ADOPTED);
        }
        if (!latest.active()) {
            return Accepted.of();
        }
        return leave.version() == section.version()
                ? Accepted.of(new Event.FallbackLeft(leave.epoch()))
                : Rejected.because(Reason.NOT_ADOPTED);
    }

    private static Decision adopt(Section section, Command.Adopt adopt, Stamp stamp) {
        Fallback latest = section.state().fallback();
        if (!latest.active() || adopt.epoch() != latest.epoch() || adopt.base() != latest.base()) {
            return Rejected.because(Reason.NOT_ADOPTED);
        }
        // Both sides were alike at the base, and each decision is adopted in turn: this one was before.
        if (adopt.version() < section.version()) {
            return Accepted.of();
        }
        boolean endsHolds = adopt.decided() instanceof Command.ExpireHolds;
        boolean follows = adopt.version() == section.version()
                && (endsHolds || Decider.endedHolds(section, stamp).isEmpty())
                && Decider.answerElsewhere(section, adopt.decided(), stamp).equals(adopt.events());
        return follows ? new Accepted(adopt.events()) : Rejected.because(Reason.NOT_ADOPTED);
    }
}
