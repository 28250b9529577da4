package dev.onsale.audit;

import java.util.Comparator;
import java.util.List;

/**
 * What was read, so that somebody else can tell whether it was the same.
 *
 * @param partitions in order of topics and partitions
 */
public record Inputs(List<Partition> partitions) {

    /** How the digests are made, for who wants to make them again. */
    static final String HOW =
            "The digest of a partition is a chain over its committed records in order of their offsets: the first link is 32"
                    + " zero bytes; each further one is the SHA-256 of the link before, the record's offset and timestamp (8 bytes each), its key"
                    + " and its value (each as its length in 4 bytes, -1 for none, and its bytes), the number of its headers (4 bytes), and the name"
                    + " and value of each header in the same form. Numbers are big-endian. The digest of all is the SHA-256 of one line of text for each"
                    + " partition: TOPIC/PARTITION FROM UPTO RECORDS SHA256, ended by a line feed. Whoever reads the same records gets the same"
                    + " digests, from the brokers or from an archive of them.";

    /** Nothing was read. */
    static final Inputs NONE = new Inputs(List.of());

    public Inputs {
        partitions = partitions.stream()
                .sorted(Comparator.comparing(Partition::topic).thenComparingInt(Partition::partition))
                .toList();
    }

    /**
     * What was read of a partition.
     *
     * @param start the first offset
     * @param end the offset up to which it was read
     * @param records number of committed records that were there
     * @param sha256 their digest, in hexadecimal, as {@link PartitionDigest} says
     */
    public record Partition(String topic, int partition, long start, long end, long records, String sha256) {

        /** What is digested for all. */
        String line() {
            return "%s/%d %d %d %d %s\n".formatted(topic, partition, start, end, records, sha256);
        }
    }

    /** Digest of everything, in hexadecimal: of a line {@code TOPIC/PARTITION START END RECORDS SHA256} for each partition. */
    public String sha256() {
        var lines = new StringBuilder();
        partitions.forEach(each -> lines.append(each.line()));
        return java.util.HexFormat.of().formatHex(Sha256.of(lines.toString()));
    }
}
