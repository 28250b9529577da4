package dev.onsale.audit;

import java.util.Arrays;
import org.apache.kafka.common.utils.Utils;

/**
 * Tells of most keys that were never added that they were not, in 4 MiB: of some millions of keys, all but one in a hundred are told. Of
 * more it tells fewer, and stays right.
 */
final class Bloom {

    private static final int BITS = 1 << 25;
    private static final int HASHES = 5;

    private final long[] bits = new long[BITS / Long.SIZE];

    void add(byte[] key) {
        int hash = Arrays.hashCode(key);
        int step = Utils.murmur2(key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, step, i);
            bits[bit / Long.SIZE] |= 1L << bit;
        }
    }

    boolean mayHave(byte[] key) {
        int hash = Arrays.hashCode(key);
        int step = Utils.murmur2(key);
        for (int i = 0; i < HASHES; i++) {
            int bit = bit(hash, step, i);
            if ((bits[bit / Long.SIZE] & (1L << bit)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(int hash, int step, int number) {
        int mixed = (hash + number * step) * 0x9E3779B1;
        return mixed >>> (Integer.SIZE - 25);
    }
}
