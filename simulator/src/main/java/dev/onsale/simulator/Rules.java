package dev.onsale.simulator;

import dev.onsale.domain.Command;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Section;
import dev.onsale.domain.Stamp;
import java.util.List;

/** Takes a command through: {@link dev.onsale.domain.Decider#handle}, or a copy of it with a fault. */
@FunctionalInterface
interface Rules {

    List<Recorded> handle(Section section, Command command, Stamp stamp);
}
