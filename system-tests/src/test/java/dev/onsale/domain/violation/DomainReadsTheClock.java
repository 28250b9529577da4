package dev.onsale.domain.violation;

import java.time.Instant;
import java.time.InstantSource;

/** Violates the rule that time arrives in the command, so that the rule is known to fire. */
public final class DomainReadsTheClock {
    public Instant now() {
        return InstantSource.system().instant();
    }
}
