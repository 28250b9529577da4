package dev.onsale.bench.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.Figures;
import java.util.Collection;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package. */
public final class Core {

    private Core() {}

    /** One figure each for time (ns) and allocation (bytes), per operation. */
    public static ObjectNode run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(Core.class.getPackageName() + "\\..*")
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        ObjectNode json = Figures.of("core");
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            String name = benchmark.substring(benchmark.lastIndexOf('.') + 1)
                    + (result.getParams().getParamsKeys().isEmpty()
                            ? ""
                            : " " + result.getParams().getParam("seats"));
            double bytes = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                    .getScore();
            json.putObject(name)
                    .put("nanos", Math.round(result.getPrimaryResult().getScore()))
                    .put("bytes", Math.round(bytes));
        }
        return json;
    }
}
