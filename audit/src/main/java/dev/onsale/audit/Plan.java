package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.Map;

/**
 * What an audit set out to do, so that it can be seen whether work that was begun belongs to it.
 *
 * @param about what is audited, for what and by which build
 * @param buckets into how many buckets orders are parted
 * @param decided by partition of the commands, up to which offset they are audited
 * @param undecided number of commands behind, at most
 * @param ends by topic and partition, the offset after the last record when it began
 */
record Plan(String about, int buckets, List<Long> decided, long undecided, Map<String, List<Long>> ends) {

    private static final int RECORDS_PER_BUCKET = 100_000;
    private static final int LEAST_BUCKETS = 4;
    private static final int MOST_BUCKETS = 2048;

    /** @param records number of records in all topics */
    static int buckets(long records) {
        return Math.clamp(records / RECORDS_PER_BUCKET, LEAST_BUCKETS, MOST_BUCKETS);
    }

    /** @throws OperatorError when it cannot be gone on with: it is about something else, or records are gone since */
    void requireSame(String nowAbout, LogSource source) {
        if (!about.equals(nowAbout)) {
            throw new OperatorError("The work that was begun is that of " + about + ", and this is " + nowAbout
                    + "; go on with the same options, or name a new folder with --work.");
        }
        ends.forEach((topic, noted) -> {
            for (int partition = 0; partition < noted.size(); partition++) {
                if (partition >= source.partitions(topic) || source.end(topic, partition) < noted.get(partition)) {
                    throw new OperatorError(topic + "/" + partition + " had records up to offset "
                            + noted.get(partition) + " when the audit began and now has less, so it is another log;"
                            + " name a new folder with --work.");
                }
            }
        });
    }
}
