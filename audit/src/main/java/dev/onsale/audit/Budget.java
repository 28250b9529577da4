package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Estimate;
import dev.onsale.runtime.OperatorError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What reading may take, and what it costs.
 *
 * @param maxBytes most bytes to read; 0: no limit
 * @param pricePerGb what 1,000,000,000 bytes cost that leave the brokers, in any currency; empty: it is not known
 * @param maxCost most that reading may cost, in the same currency; empty: no limit
 * @param recordsPerSecond how fast reading is, as stated: for the time that is estimated
 */
public record Budget(
        long maxBytes, Optional<BigDecimal> pricePerGb, Optional<BigDecimal> maxCost, long recordsPerSecond) {

    /** What an audit of ten million records reached on two shared cores, other work beside it. */
    public static final long USUAL_RECORDS_PER_SECOND = 120_000;

    /** Without limits. */
    public static final Budget NONE = new Budget(0, Optional.empty(), Optional.empty(), USUAL_RECORDS_PER_SECOND);

    private static final BigDecimal GIGABYTE = BigDecimal.valueOf(1_000_000_000);
    private static final int CENTS = 2;

    /** @throws OperatorError when a number is below 0, or costs are limited and there is no price to count them by */
    public Budget {
        if (maxBytes < 0) {
            throw new OperatorError(
                    "--max-bytes (scan.max.bytes) is " + maxBytes + " but must be 1 or more, or 0 for no limit.");
        }
        if (pricePerGb.isPresent() && pricePerGb.get().signum() < 0) {
            throw new OperatorError("The price of a GB is " + pricePerGb.get() + " but must be 0 or more.");
        }
        if (maxCost.isPresent() && (pricePerGb.isEmpty() || maxCost.get().signum() < 0)) {
            throw new OperatorError("--max-cost (scan.max.cost) is " + maxCost.get()
                    + ", which must be 0 or more and needs the price of a GB to count by;"
                    + " give it with --price-per-gb, or as scan.price.per.gb in the file of --config.");
        }
        if (recordsPerSecond < 1) {
            throw new OperatorError("--rate is " + recordsPerSecond + " but must be 1 or more records a second.");
        }
    }

    /** Only so many bytes; 0: no limit. */
    public Budget withMaxBytes(long newMaxBytes) {
        return new Budget(newMaxBytes, pricePerGb, maxCost, recordsPerSecond);
    }

    /** Most bytes that may be read, for either limit; {@link Long#MAX_VALUE}: there is none. */
    long bytes() {
        return Math.min(maxBytes == 0 ? Long.MAX_VALUE : maxBytes, affordable());
    }

    private long affordable() {
        if (maxCost.isEmpty() || pricePerGb.isEmpty() || pricePerGb.get().signum() == 0) {
            return Long.MAX_VALUE;
        }
        return maxCost.get()
                .multiply(GIGABYTE)
                .divide(pricePerGb.get(), 0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** What bytes cost; empty when there is no price. */
    public Optional<BigDecimal> cost(long bytes) {
        return pricePerGb.map(price -> price.multiply(BigDecimal.valueOf(bytes)).divide(GIGABYTE));
    }

    /**
     * Before reading.
     *
     * @param who would read
     * @throws OperatorError when more would be read than is allowed
     */
    void requireEnough(String who, Estimate estimate) {
        if (estimate.bytes() > bytes()) {
            throw new OperatorError(
                    who + " would read " + priced(estimate.bytes()) + ", more than the " + allowed() + ".");
        }
    }

    /**
     * Before something else reads whole topics, which asks nothing of the brokers when there is no limit.
     *
     * @param who would read
     * @throws OperatorError when more would be read than is allowed, or the brokers do not say how much it is
     */
    public void requireEnough(String who, Map<String, Object> kafka, List<String> topics) {
        if (bytes() < Long.MAX_VALUE) {
            try (KafkaLogSource source = KafkaLogSource.open(kafka)) {
                requireEnough(who, Estimate.of(source, topics, this));
            }
        }
    }

    /** Why reading stopped, to stand behind who did. */
    String stopped(Estimate estimate) {
        return "stopped when it had read the " + allowed() + "; all of it would have been " + priced(estimate.bytes());
    }

    private String allowed() {
        return affordable() < (maxBytes == 0 ? Long.MAX_VALUE : maxBytes)
                ? money(maxCost.orElseThrow()) + " allowed; allow more with --max-cost or scan.max.cost"
                : "%,d bytes allowed; allow more with --max-bytes or scan.max.bytes".formatted(maxBytes);
    }

    /** Such as "about 2,000,000,000 bytes, for 0.18 at 0.09 a GB". */
    String priced(long bytes) {
        return "about %,d bytes".formatted(bytes)
                + cost(bytes)
                        .map(cost -> ", for " + money(cost) + " at "
                                + pricePerGb.orElseThrow().toPlainString() + " a GB")
                        .orElse("");
    }

    /** In cents, or as exactly as it takes to see anything. */
    static String money(BigDecimal amount) {
        BigDecimal cents = amount.setScale(CENTS, RoundingMode.HALF_UP);
        return (cents.signum() == 0 ? amount.stripTrailingZeros() : cents).toPlainString();
    }
}
