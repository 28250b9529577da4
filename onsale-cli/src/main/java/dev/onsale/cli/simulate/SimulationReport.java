package dev.onsale.cli.simulate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.http.Web;
import dev.onsale.simulator.Simulation.Failure;
import dev.onsale.simulator.Simulation.Result;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a simulation has shown, for people or as JSON. Both end with a line break. */
final class SimulationReport {

    private final String mutant;

    /** @param mutant id of the fault that was built in, if any */
    SimulationReport(@Nullable String mutant) {
        this.mutant = mutant == null ? "" : mutant;
    }

    String text(Result result) {
        var text = new StringBuilder();
        text.append("seed %d: %,d commands decided in %,d sales of %,d steps; fingerprint %s%n"
                .formatted(result.seed(), result.commands(), result.sales(), result.steps(), result.fingerprint()));
        result.tally().counts().forEach((sight, count) -> text.append("%,14d  %s%n".formatted(count, sight.text())));
        result.failure()
                .ifPresentOrElse(
                        failure -> append(text, failure),
                        () -> text.append("Every invariant held after every step.%n".formatted()));
        return text.toString();
    }

    private void append(StringBuilder text, Failure failure) {
        text.append("%nBROKEN after step %,d of the sale with seed %d%n%s%n%s%n%n"
                .formatted(failure.step(), failure.seed(), failure.invariant().text(), failure.explanation()));
        text.append("The shortest history that was found, %d steps:%n"
                .formatted(failure.history().size()));
        for (int i = 0; i < failure.history().size(); i++) {
            text.append("%4d  %s%n".formatted(i + 1, failure.history().get(i)));
        }
        text.append(
                "      then all faults end and everything settles%n%nRepeat it with: %s%n".formatted(repeat(failure)));
    }

    private String repeat(Failure failure) {
        return "./onsale simulate --seed " + failure.seed() + " --commands 1"
                + (mutant.isEmpty() ? "" : " --mutant " + mutant);
    }

    String json(Result result) {
        ObjectNode object = Web.mapper().createObjectNode();
        object.put("seed", result.seed())
                .put("commands", result.commands())
                .put("sales", result.sales())
                .put("steps", result.steps())
                .put("fingerprint", result.fingerprint())
                .put("mutant", mutant)
                .put("held", result.failure().isEmpty());
        ObjectNode seen = object.putObject("seen");
        result.tally().counts().forEach((sight, count) -> seen.put(sight.name().toLowerCase(Locale.ROOT), count));
        result.failure().ifPresent(failure -> {
            ObjectNode broken = object.putObject("failure");
            broken.put("seed", failure.seed())
                    .put("step", failure.step())
                    .put("invariant", failure.invariant().name())
                    .put("explanation", failure.explanation())
                    .put("repeat", repeat(failure));
            failure.history().forEach(broken.putArray("history")::add);
        });
        return object + "\n";
    }
}
