package dev.onsale.fallback;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL that can be stopped and started again with its data, at the same port. */
public final class StoppableServer implements AutoCloseable {

    private final Path folder;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    /** @param folder where its data is kept */
    public StoppableServer(Path folder) throws IOException {
        this.folder = folder;
        server = builder().start();
        port = server.getPort();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false);
    }

    /** Its database. */
    public DatabaseConfig database() {
        return new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "", 4);
    }

    public void stop() throws IOException {
        EmbeddedPostgres running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    public void startAgain() throws IOException {
        server = builder().setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
