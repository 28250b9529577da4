package dev.onsale.release.canary;

import dev.onsale.wire.Command;

/** The variants that the edge stamped on a command. */
final class Stamps {

    private static final String CANDIDATE = "candidate";

    private Stamps() {}

    static boolean isCandidate(Command command, String path) {
        return CANDIDATE.equals(command.getHeader().getVariants().get(path));
    }
}
