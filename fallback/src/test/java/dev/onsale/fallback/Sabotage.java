package dev.onsale.fallback;

import java.sql.SQLException;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;

/** A database that dies on whoever writes to it. */
final class Sabotage {

    /** A sequence counts, since a transaction that dies takes back everything else. */
    private static final String TRIGGERS = """
            CREATE SEQUENCE kills;
            CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF random() < {chance} THEN
                PERFORM nextval('kills');
                PERFORM pg_terminate_backend(pg_backend_pid());
                PERFORM pg_sleep(10);
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER kill AFTER INSERT OR UPDATE ON exported.sections FOR EACH STATEMENT EXECUTE FUNCTION kill();
            CREATE TRIGGER kill AFTER INSERT OR UPDATE ON exported.orders FOR EACH STATEMENT EXECUTE FUNCTION kill();
            CREATE TRIGGER kill AFTER INSERT OR UPDATE ON exported.seats FOR EACH STATEMENT EXECUTE FUNCTION kill();
            CREATE TRIGGER kill AFTER UPDATE ON exported.offsets FOR EACH STATEMENT EXECUTE FUNCTION kill();
            CREATE CONSTRAINT TRIGGER kill_commit AFTER UPDATE ON exported.offsets DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION kill();
            """;

    private Sabotage() {}

    /**
     * From now on, the server ends the connection now and then, behind any statement of a transaction or at its commit.
     *
     * @param chance for each statement
     */
    static void inTransactions(Database database, double chance) throws SQLException {
        database.jdbi().useHandle(handle -> {
            try (var statement = handle.getConnection().createStatement()) {
                statement.execute(TRIGGERS.replace("{chance}", Double.toString(chance)));
            }
        });
    }

    static long kills(Database database) {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM kills")
                        .mapTo(Long.class)
                        .one());
    }

    /** From now on, a connection is lost now and then when its transaction is committed, before anybody is told. */
    static void afterCommits(Jdbi jdbi, double chance, Random random) {
        jdbi.setTransactionHandler(new LocalTransactionHandler() {
            @Override
            public void commit(Handle handle) {
                super.commit(handle);
                if (random.nextDouble() < chance) {
                    throw new LostException();
                }
            }
        });
    }

    private static final class LostException extends JdbiException {
        private static final long serialVersionUID = 1L;

        LostException() {
            super("the connection is lost behind a commit");
        }
    }
}
