package dev.onsale.release.edge;

import dev.onsale.release.edge.Edge.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request in HAProxy's log, written by the {@code log-format} of {@code deploy/haproxy/haproxy.cfg}.
 *
 * @param atMillis when it had ended, by HAProxy's clock, epoch milliseconds
 * @param server that was asked last; {@code <NOSRV>}: none was
 * @param status of the answer; negative: there was none
 * @param ending HAProxy's two letters: who ended the request, and when
 * @param redispatched whether another server was asked before and could not be connected to
 * @param tookMillis from the request's first byte to the answer's last
 * @param waitMillis how long the buyer had offered to wait
 * @param buyer {@code -}: none was named
 */
record EdgeLine(
        long atMillis,
        String server,
        int status,
        String ending,
        boolean redispatched,
        long tookMillis,
        long waitMillis,
        String buyer) {

    private static final String PREFIX = "edge ";
    private static final int FIELDS = 9;
    private static final String NOTHING = "-";
    private static final String NO_SERVER = "<NOSRV>";
    private static final int FIRST_ERROR = 500;

    /** Empty: it is some other line. */
    static Optional<EdgeLine> parse(String line) {
        String[] fields = line.split(" ", -1);
        if (!line.startsWith(PREFIX) || fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EdgeLine(
                    Long.parseLong(fields[1]),
                    fields[2],
                    Integer.parseInt(fields[3]),
                    fields[4],
                    fields[5].startsWith("+"),
                    Long.parseLong(fields[6]),
                    fields[7].equals(NOTHING) ? 0 : 1000 * Long.parseLong(fields[7]),
                    fields[8]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * What the buyer met.
     *
     * @param stableRefuses whether servers of the stable build refused connections, too; then nobody knows which build it was
     *     that could not be connected to before another server answered
     */
    List<Request> requests(boolean stableRefuses) {
        List<Request> requests = new ArrayList<>();
        if (buyer.equals(NOTHING) || server.equals(NO_SERVER)) {
            return requests;
        }
        boolean candidate = Server.isCandidate(server);
        if (redispatched && !candidate && !stableRefuses) {
            requests.add(Request.failed(buyer, true));
        }
        long late = Math.max(0, tookMillis - waitMillis);
        if (endedBy('C')) {
            // Whoever goes away while waiting as offered may have had enough of it; who waits for nothing but the
            // answer gave up.
            if (late > 0) {
                requests.add(Request.failed(buyer, candidate));
            }
        } else if (status >= FIRST_ERROR || status < 0 || endedBy('S') || endedBy('D')) {
            requests.add(Request.failed(buyer, candidate));
        } else {
            requests.add(new Request(buyer, candidate, false, tookMillis, late));
        }
        return requests;
    }

    private boolean endedBy(char who) {
        return !ending.isEmpty() && Character.toUpperCase(ending.charAt(0)) == who;
    }
}
