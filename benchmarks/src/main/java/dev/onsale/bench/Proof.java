package dev.onsale.bench;

import dev.onsale.audit.Audit;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import java.util.Map;
import java.util.function.Consumer;

/** The audit of what a benchmark has left in the log: one that is not clean has failed. */
public final class Proof {

    private Proof() {}

    /**
     * Audits everything.
     *
     * @param client properties of a client of the broker
     * @param tell gets a line
     * @return the exit code of an audit
     */
    public static int exit(Map<String, Object> client, Consumer<String> tell) {
        var report = Audit.run(AuditOptions.of(client), AuditListener.SILENT);
        tell.accept("audit          " + (report.proven() ? "proven" : report.violationsFound() + " violations"));
        return report.proven() ? 0 : 1;
    }
}
