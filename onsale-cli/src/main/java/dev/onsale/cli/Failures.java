package dev.onsale.cli;

import dev.onsale.runtime.OperatorError;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How errors are told: one sentence on stderr, exit code 2, and a stack trace only when asked for.
 *
 * @param debug whether to print stack traces, too
 */
record Failures(boolean debug) {

    int execution(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        err.println("onsale: " + sentence(e));
        if (debug) {
            e.printStackTrace(err);
        }
        err.flush();
        return OperatorError.EXIT_CODE;
    }

    private String sentence(Exception e) {
        return switch (e) {
            case OperatorError known -> String.valueOf(known.getMessage());
            case TimeoutException away ->
                "No broker answers in time (" + away.getMessage()
                        + "); start the brokers, or name them with --bootstrap.";
            case KafkaException kafka ->
                "Kafka refuses it (" + kafka.getMessage() + "); run ./onsale doctor to see what is wrong.";
            case Exception unforeseen ->
                "This should not have happened: " + unforeseen + (debug ? "" : ". Set ONSALE_DEBUG=1 to see where.");
        };
    }

    int parameters(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("onsale: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return OperatorError.EXIT_CODE;
    }
}
