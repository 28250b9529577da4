package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code onsale faults}: the launcher of a checkout runs it; here it is only known by name. */
@Command(
        name = "faults",
        description = "Break brokers, services and disks for real, and prove the log afterwards; needs a checkout,"
                + " where --help names the faults.")
final class FaultsCommand implements Callable<Integer> {

    @Unmatched
    String[] arguments = {};

    @Override
    public Integer call() {
        throw new OperatorError("The faults are tests and need their sources; call ./onsale faults in a checkout.");
    }
}
