package dev.onsale.cli;

import java.util.function.Consumer;

/** The seam to the audit module. */
public final class Auditor {

    private Auditor() {}

    /**
     * Audits everything.
     *
     * @param told gets each line of the summary for people
     * @return 0: everything is proven; 1: an invariant is broken; 2: it could not run
     */
    public static int audit(String bootstrapServers, Consumer<String> told) {
        told.accept("The audit is not part of this build: " + bootstrapServers + " was not read.");
        return 2;
    }
}
