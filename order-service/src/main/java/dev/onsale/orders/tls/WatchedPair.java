package dev.onsale.orders.tls;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pair of files that is looked at again and again. What is new in them counts when two looks in a row have seen the same, since
 * files are not replaced all at once; what is wrong with it is said once, and what was good before stays.
 */
final class WatchedPair {

    private static final Logger log = LoggerFactory.getLogger(WatchedPair.class);

    private final PemPair pair;
    /** What the last look saw: contents, or why there are none. */
    private Object seen = "";
    /** What was judged last. */
    private Object judged = "";

    private @Nullable Identity good;
    /** Good from a later time on. */
    private @Nullable Identity coming;

    private String problem = "";

    WatchedPair(PemPair pair) {
        this.pair = pair;
    }

    /** What can be served of it; empty: nothing yet. */
    Optional<Identity> look(Instant now) {
        Object before = seen;
        seen = read();
        boolean first = judged.equals("");
        if (!seen.equals(judged) && (first || seen.equals(before))) {
            judged = seen;
            judge(now);
        }
        if (coming != null && coming.validAt(now)) {
            good = coming;
            coming = null;
            problem = "";
        }
        return Optional.ofNullable(good);
    }

    private Object read() {
        try {
            return pair.read();
        } catch (UnusableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void judge(Instant now) {
        coming = null;
        problem = "";
        try {
            if (!(judged instanceof PemPair.Content content)) {
                throw new UnusableException(judged.toString());
            }
            Identity identity = pair.identity(content);
            if (now.isAfter(identity.ends())) {
                throw new UnusableException("the certificate in " + pair.certificate() + " has expired at "
                        + identity.ends() + "; put a new one there, and its key into " + pair.key());
            }
            if (now.isBefore(identity.begins())) {
                coming = identity;
                throw new UnusableException("the certificate in " + pair.certificate() + " is valid only from "
                        + identity.begins() + " on; it will be served from then on");
            }
            good = identity;
        } catch (UnusableException e) {
            problem = String.valueOf(e.getMessage());
            log.warn("Not served: {}.{}", problem, good == null ? "" : " Still served: " + good + ".");
        }
    }

    /** Why what is on disk is not served; empty: nothing is wrong with it. */
    String problem() {
        return problem;
    }
}
