package dev.onsale.release.edge;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Weights that a program sets, such as those of DNS records. {@code PROGRAM share PERCENT} gives the candidate its share;
 * {@code PROGRAM check} ends with 0 when nobody is sent to the candidate any more, and prints what it saw.
 *
 * <p>Names are resolved elsewhere and kept for a while, so nobody sees here what buyers meet. Only purchases that reach the log
 * are judged: a candidate that answers nobody is not noticed, though it never gets more buyers either.
 */
public final class WeightsProgram implements Edge {

    private static final long TIMEOUT_SECONDS = 60;

    private final String program;

    /** @param program path of an executable file */
    public WeightsProgram(String program) {
        this.program = program;
    }

    @Override
    public void share(int percent) {
        Ended ended = run("share", String.valueOf(percent));
        if (ended.exitCode != 0) {
            throw failed("share " + percent, "ended with " + ended.exitCode + ": " + ended.output);
        }
    }

    /** Whether it is there is not known here. */
    @Override
    public void requireCandidate() {}

    @Override
    public long position() {
        return 0;
    }

    @Override
    public void follow(long after) {
        // There is no record of requests.
    }

    @Override
    public Seen look() {
        return Seen.NOTHING;
    }

    @Override
    public Finding aborted() {
        Ended ended = run("check");
        return ended.exitCode == 0
                ? new Finding(true, "The abort is in the weights: " + ended.output)
                : new Finding(false, "THE ABORT DOES NOT REACH BUYERS: " + ended.output);
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(String... arguments) {
        String what = String.join(" ", arguments);
        try {
            Path output = Files.createTempFile("onsale-weights-", ".out");
            try {
                return new Ended(
                        exitCode(what, output, arguments),
                        Files.readString(output).strip());
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw failed(what, "cannot be run (" + e.getMessage() + ")");
        }
    }

    private int exitCode(String what, Path output, String... arguments) throws IOException {
        ProcessBuilder command =
                new ProcessBuilder(program).redirectErrorStream(true).redirectOutput(output.toFile());
        command.command().addAll(List.of(arguments));
        Process process = command.start();
        try {
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw failed(what, "has not ended within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(what, "was interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    private OperatorError failed(String what, String how) {
        return new OperatorError("'" + program + " " + what + "' " + how
                + "; mend it or correct --weights, then go on by" + " 'canary resume' or end by 'canary abort'.");
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
