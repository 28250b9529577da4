package dev.onsale.system.runbook;

import dev.onsale.system.stack.Machine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A loopback interface that nothing else uses, so that programs in it may take the ports that are written in the docs. */
final class PrivateNetwork implements AutoCloseable {

    /** Holds the network until its input ends, also when this JVM is killed. */
    private static final String HOLD = "ip link set lo up && echo up && cat";

    private final Process holder;

    private PrivateNetwork(Process holder) {
        this.holder = holder;
    }

    /** Skips the test, and prints why, where the kernel does not let this user have one. */
    static PrivateNetwork openOrSkip() throws IOException, InterruptedException {
        String why = "unshare or ip is missing (util-linux, iproute2)";
        try {
            Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", HOLD)
                    .redirectErrorStream(true)
                    .start();
            why = holder.inputReader().readLine();
            if ("up".equals(why)) {
                return new PrivateNetwork(holder);
            }
            holder.destroyForcibly().waitFor();
        } catch (IOException e) {
            // said below
        }
        Machine.skip("a network of its own is not possible here, only for root on Linux: " + why);
        throw new IllegalStateException(why);
    }

    /** A program in this network. */
    ProcessBuilder program(Path folder, Path output, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--target", "" + holder.pid(), "--net", "--"));
        all.addAll(List.of(command));
        ProcessBuilder program = new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = program.environment();
        environment.put("ONSALE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        environment.merge("PATH", java, (path, bin) -> bin + File.pathSeparator + path);
        return program;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        holder.getOutputStream().close();
        if (!holder.waitFor(5, TimeUnit.SECONDS)) {
            holder.destroyForcibly();
        }
    }
}
