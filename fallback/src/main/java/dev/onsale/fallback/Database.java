package dev.onsale.fallback;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** A pool of connections to a database whose tables are there. Safe for use by several threads. */
public final class Database implements AutoCloseable {

    /** Any number, as long as it is the same for all programs of ours and for none of somebody else's. */
    private static final long SCHEMA_LOCK = 0x6f6e73616c65L;

    private static final String FOR_EACH_SCHEMA = "---- for each schema\n";
    private static final String AFTER_BOTH = "---- once, after both\n";
    private static final long CONNECT_MILLIS = 5_000;

    /**
     * A program that hangs in a transaction, or whose machine is gone, holds its locks for no longer than this; then whoever
     * waits for them goes on.
     */
    private static final String SESSION =
            "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '10s'; SET TimeZone = 'UTC'";

    private static final String SOCKET_TIMEOUT_SECONDS = "60";

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * Connects, and creates the tables that are not there yet.
     *
     * @throws OperatorError when the database cannot be used; it says why, and what to do
     */
    public static Database open(DatabaseConfig config) {
        Database database;
        try {
            database = new Database(new HikariDataSource(pool(config)));
        } catch (PoolInitializationException e) {
            throw unusable(config, e);
        }
        try {
            database.jdbi.useTransaction(Database::applySchema);
            return database;
        } catch (JdbiException e) {
            database.close();
            throw unusable(config, e);
        }
    }

    private static HikariConfig pool(DatabaseConfig config) {
        var pool = new HikariConfig();
        pool.setPoolName("onsale");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        pool.setPassword(config.password());
        pool.setMaximumPoolSize(config.poolSize());
        pool.setConnectionTimeout(CONNECT_MILLIS);
        pool.setConnectionInitSql(SESSION);
        pool.addDataSourceProperty("connectTimeout", Long.toString(CONNECT_MILLIS / 1_000));
        pool.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("ApplicationName", "onsale");
        return pool;
    }

    private static void applySchema(Handle handle) {
        handle.select("SELECT pg_advisory_xact_lock(?)", SCHEMA_LOCK).mapToMap().one();
        String[] parts = resource("schema.sql").split(FOR_EACH_SCHEMA + "|" + AFTER_BOTH, -1);
        execute(handle, parts[0]);
        for (StateTables tables : List.of(StateTables.EXPORTED, StateTables.FALLBACK)) {
            execute(handle, parts[1].replace("{schema}", tables.schema()));
        }
        execute(handle, parts[2]);
    }

    /** As one text of several statements, which Jdbi would take for one with parameters. */
    private static void execute(Handle handle, String statements) {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute(statements);
        } catch (SQLException e) {
            throw new SchemaException(e);
        }
    }

    /** The tables could not be created. */
    private static final class SchemaException extends JdbiException {
        private static final long serialVersionUID = 1L;

        SchemaException(SQLException cause) {
            super(cause);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Database.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OperatorError unusable(DatabaseConfig config, RuntimeException e) {
        String state = sqlState(e).orElse("");
        String toDo = switch (state) {
            case "28000", "28P01" ->
                "PostgreSQL refuses the user " + config.user() + "; correct fallback.user and fallback.password";
            case "3D000" -> "there is no such database; create it with createdb, or correct fallback.url";
            case "42501" ->
                "the user " + config.user()
                        + " may not create what is missing; GRANT CREATE ON DATABASE to it, or start once with its owner";
            default ->
                state.isEmpty() || state.startsWith("08") || state.startsWith("57")
                        ? "PostgreSQL does not answer; start it, or correct fallback.url"
                        : "SQLSTATE " + state + "; look into PostgreSQL's log";
        };
        return new OperatorError(
                "The database " + config.url() + " cannot be used (" + root(e).getMessage() + "): " + toDo + ".", e);
    }

    private static Optional<String> sqlState(Throwable e) {
        Optional<String> found = Optional.empty();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                found = Optional.ofNullable(sql.getSQLState());
            }
        }
        return found;
    }

    /** What is at the bottom of an exception. */
    static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** For transactions; throws {@link JdbiException} when PostgreSQL fails. */
    public Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        pool.close();
    }
}
