package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** A command that the launcher of a checkout runs, since it needs what no release has; here it is only known by name. */
abstract class CheckoutCommand implements Callable<Integer> {

    @Unmatched
    String[] arguments = {};

    @Override
    public Integer call() {
        String name = getClass().getAnnotation(Command.class).name();
        throw new OperatorError("This needs the sources of onsale; call ./onsale " + name + " in a checkout.");
    }

    @Command(
            name = "faults",
            description = "Break brokers, services and disks for real, and prove the log afterwards; needs a checkout,"
                    + " where --help names the faults.")
    static final class Faults extends CheckoutCommand {}

    @Command(
            name = "bench",
            description =
                    "Measure how fast it is, beside programs that write as much and decide nothing; needs a checkout,"
                            + " where --help names the scenarios.")
    static final class Bench extends CheckoutCommand {}
}
