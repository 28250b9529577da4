package dev.onsale.cli;

import dev.onsale.audit.Audit;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.AuditReport;
import dev.onsale.audit.PlainReport;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the audit for a command. */
public final class Auditor {

    private Auditor() {}

    /**
     * Audits everything, also against the gateway's own ledger.
     *
     * @param ledger URL of the gateway's ledger
     * @param told gets each line of the summary for people
     * @return what was found
     */
    public static AuditReport audit(String bootstrapServers, String ledger, Consumer<String> told) {
        AuditOptions options =
                AuditOptions.of(Map.of("bootstrap.servers", bootstrapServers)).withLedgers(List.of(ledger));
        AuditReport report = Audit.run(options, AuditListener.SILENT);
        PlainReport.of(report, options).lines().forEach(told);
        return report;
    }
}
