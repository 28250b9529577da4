package dev.onsale.orders.limit;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Addresses that begin alike.
 *
 * @param base one of them
 * @param bits how many leading bits they share
 */
record Network(InetAddress base, int bits) {

    /** Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. */
    static Optional<Network> parse(String text) {
        String[] parts = text.split("/", 2);
        return address(parts[0]).flatMap(base -> {
            int most = base.getAddress().length * Byte.SIZE;
            if (parts.length == 1) {
                return Optional.of(new Network(base, most));
            }
            return parts[1].matches("\\d{1,3}") && Integer.parseInt(parts[1]) <= most
                    ? Optional.of(new Network(base, Integer.parseInt(parts[1])))
                    : Optional.empty();
        });
    }

    /** An address as it is written, without asking for names. */
    static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean contains(InetAddress address) {
        byte[] wanted = base.getAddress();
        byte[] given = address.getAddress();
        if (wanted.length != given.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if ((wanted[bit / Byte.SIZE] & mask) != (given[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }
}
