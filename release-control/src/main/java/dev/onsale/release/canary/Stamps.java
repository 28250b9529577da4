package dev.onsale.release.canary;

import dev.onsale.release.flags.Variants;
import dev.onsale.wire.Command;

/** The variants that the edge stamped on a command. */
final class Stamps {

    private static final String CANDIDATE = "candidate";

    private Stamps() {}

    /**
     * Whether a command shows how a path does. Where the edge does not stamp, everybody gets the stable variant; but a command
     * without the stamp of a build was written by another program, and shows nothing of order-service.
     */
    static boolean concerns(Command command, String path) {
        return !path.equals(Variants.ORDER_SERVICE)
                || command.getHeader().getVariants().containsKey(path);
    }

    static boolean isCandidate(Command command, String path) {
        return CANDIDATE.equals(command.getHeader().getVariants().get(path));
    }
}
