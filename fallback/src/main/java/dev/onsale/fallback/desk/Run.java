package dev.onsale.fallback.desk;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A time in which sales go on from PostgreSQL.
 *
 * @param epoch its number, rising
 * @param by who activated it
 * @param why the reason given
 * @param since when it was begun
 */
public record Run(long epoch, State state, String by, String why, Instant since) {

    /** How far it is. */
    public enum State {
        /** The decider is being fenced and the copy made; nothing is decided. */
        ACTIVATING,
        /** Sales go on from PostgreSQL. */
        ACTIVE,
        /** What was decided goes back to the log; nothing more is decided here. */
        RETURNING,
        RETURNED
    }

    /** The run that is under way, if one is. */
    public static Optional<Run> current(Handle handle) {
        return current(handle, "");
    }

    /** The same, and it stays as it is until the transaction ends. */
    static Optional<Run> held(Handle handle) {
        return current(handle, " FOR SHARE");
    }

    private static Optional<Run> current(Handle handle, String lock) {
        return handle.createQuery("SELECT * FROM fallback.runs WHERE state <> 'RETURNED'" + lock)
                .map((row, context) -> new Run(
                        row.getLong("epoch"),
                        State.valueOf(row.getString("state")),
                        row.getString("activated_by"),
                        row.getString("reason"),
                        row.getTimestamp("started_at").toInstant()))
                .findOne();
    }

    /** Begins the next run. @throws org.jdbi.v3.core.JdbiException when one is under way */
    public static Run begin(Handle handle, String by, String why) {
        handle.execute(
                "INSERT INTO fallback.runs (epoch, state, activated_by, reason)"
                        + " SELECT coalesce(max(epoch), 0) + 1, 'ACTIVATING', ?, ? FROM fallback.runs",
                by,
                why);
        return current(handle).orElseThrow();
    }

    /** Moves it on; waits for decisions that are under way. */
    public void become(Handle handle, State next) {
        String time = switch (next) {
            case ACTIVATING, RETURNING -> "";
            case ACTIVE -> ", active_at = now()";
            case RETURNED -> ", returned_at = now()";
        };
        handle.execute("UPDATE fallback.runs SET state = ?" + time + " WHERE epoch = ?", next.name(), epoch);
    }

    @Override
    public String toString() {
        return "fallback " + epoch + ", activated by " + by + " at " + since + " (" + why + ")";
    }
}
