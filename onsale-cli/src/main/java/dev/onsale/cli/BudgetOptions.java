package dev.onsale.cli;

import dev.onsale.audit.Budget;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command that reads topics may take, and what that costs. */
final class BudgetOptions {

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            description = "Read no more than this. Default: scan.max.bytes in the file of --config, or no limit.")
    @Nullable
    Long maxBytes;

    @Option(
            names = "--price-per-gb",
            paramLabel = "PRICE",
            description =
                    "What 1,000,000,000 bytes cost that leave the brokers, in any currency, such as 0.09. Default:"
                            + " scan.price.per.gb in the file of --config.")
    @Nullable
    BigDecimal pricePerGb;

    @Option(
            names = "--max-cost",
            paramLabel = "AMOUNT",
            description = "Read no more than costs this, in that currency. Default: scan.max.cost, or no limit.")
    @Nullable
    BigDecimal maxCost;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + Budget.USUAL_RECORDS_PER_SECOND,
            description =
                    "For the time that is estimated: how many records a second are read here, as an earlier audit said."
                            + " Default: ${DEFAULT-VALUE}.")
    long rate = Budget.USUAL_RECORDS_PER_SECOND;

    /** @throws dev.onsale.runtime.OperatorError when a number is none that makes sense, or costs have no price to count by */
    Budget budget(ClusterOptions cluster) {
        Budget byFile = cluster.budget();
        return new Budget(
                maxBytes == null ? byFile.maxBytes() : maxBytes,
                Optional.ofNullable(pricePerGb).or(byFile::pricePerGb),
                Optional.ofNullable(maxCost).or(byFile::maxCost),
                rate);
    }
}
