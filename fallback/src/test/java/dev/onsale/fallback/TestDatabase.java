package dev.onsale.fallback;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jdbi.v3.core.Jdbi;

/** A real PostgreSQL of this test run's own, and its databases. */
public final class TestDatabase {

    private static final EmbeddedPostgres SERVER = start();
    private static int databases;

    private TestDatabase() {}

    private static EmbeddedPostgres start() {
        try {
            // It stops when this process ends.
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int port() {
        return SERVER.getPort();
    }

    /** A new database without any table. */
    public static synchronized DatabaseConfig create() {
        String name = "sale" + ++databases;
        execute("CREATE DATABASE " + name);
        return new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + port() + "/" + name, "postgres", "", 4);
    }

    /** A statement of whoever runs the server. */
    static void execute(String sql) {
        Jdbi.create(SERVER.getPostgresDatabase()).useHandle(handle -> handle.execute(sql));
    }

    /** Ends the connections to a database, whatever they do. */
    public static void terminate(DatabaseConfig database) {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name(database) + "'");
    }

    /** Ends them, and lets nobody connect any more. */
    public static void close(DatabaseConfig database) {
        execute("ALTER DATABASE " + name(database) + " ALLOW_CONNECTIONS false");
        terminate(database);
    }

    /** Lets everybody connect again. */
    public static void open(DatabaseConfig database) {
        execute("ALTER DATABASE " + name(database) + " ALLOW_CONNECTIONS true");
    }

    private static String name(DatabaseConfig database) {
        return database.url().substring(database.url().lastIndexOf('/') + 1);
    }
}
