package dev.onsale.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    @Test
    void tables_areThere_whenSeveralProgramsStartAtOnce() throws Exception {
        DatabaseConfig config = TestDatabase.create();
        Callable<Integer> program = () -> {
            try (Database database = Database.open(config)) {
                return database.jdbi()
                        .withHandle(handle -> handle.select(
                                        "SELECT count(*) FROM pg_tables WHERE schemaname = ANY (?)",
                                        (Object) new String[] {"exported", "fallback"})
                                .mapTo(Integer.class)
                                .one());
            }
        };

        try (var programs = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var tables : programs.invokeAll(List.of(program, program, program, program))) {
                assertEquals(11, tables.get());
            }
        }
    }

    @Test
    void error_saysWhatToDo_whenThereIsNoSuchDatabase() {
        var config =
                new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + TestDatabase.port() + "/nosuch", "postgres", "", 1);

        assertError(config, "createdb");
    }

    @Test
    void error_saysWhatToDo_whenThereIsNoSuchUser() {
        DatabaseConfig there = TestDatabase.create();

        assertError(new DatabaseConfig(there.url(), "nosuch", "hunter2", 1), "fallback.user");
    }

    @Test
    void error_saysWhatToDo_whenNobodyAnswers() {
        assertError(new DatabaseConfig("jdbc:postgresql://127.0.0.1:1/onsale", "postgres", "", 1), "start it");
    }

    @Test
    void error_saysWhatToDo_whenTheUserMayNotCreateTables() {
        DatabaseConfig there = TestDatabase.create();
        TestDatabase.execute("CREATE ROLE reader LOGIN");

        assertError(new DatabaseConfig(there.url(), "reader", "", 1), "GRANT CREATE");
    }

    private static void assertError(DatabaseConfig config, String expected) {
        var error =
                assertThrows(OperatorError.class, () -> Database.open(config).close());

        assertTrue(String.valueOf(error.getMessage()).contains(config.url()), error.getMessage());
        assertTrue(String.valueOf(error.getMessage()).contains(expected), error.getMessage());
        assertFalse(String.valueOf(error.getMessage()).contains("hunter2"), error.getMessage());
    }
}
