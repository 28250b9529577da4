package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;

/** Port numbers from the command line. */
final class Ports {

    private static final int LARGEST = 65_535;

    private Ports() {}

    /** @throws OperatorError unless it is 0 (a free one) to {@value #LARGEST} */
    static void requireValid(int port, String option) {
        if (port < 0 || port > LARGEST) {
            throw new OperatorError(
                    option + " is " + port + " but must be from 1 to " + LARGEST + ", or 0 for a free port.");
        }
    }
}
