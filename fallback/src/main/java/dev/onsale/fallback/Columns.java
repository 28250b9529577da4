package dev.onsale.fallback;

import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Binds rows to a statement column by column, as arrays to be unnested: one statement for any number of rows. */
final class Columns<R, S extends SqlStatement<S>> {

    private final S statement;
    private final Collection<R> rows;

    Columns(S statement, Collection<R> rows) {
        this.statement = statement;
        this.rows = rows;
    }

    Columns<R, S> texts(String name, Function<R, String> text) {
        return bind(name, String.class, row -> StoredText.of(text.apply(row)));
    }

    /** Texts that are bound as they are. */
    Columns<R, S> raw(String name, Function<R, String> text) {
        return bind(name, String.class, text);
    }

    Columns<R, S> ints(String name, Function<R, Integer> number) {
        return bind(name, Integer.class, number);
    }

    Columns<R, S> longs(String name, Function<R, @Nullable Long> number) {
        return bind(name, Long.class, number);
    }

    private <T extends @Nullable Object> Columns<R, S> bind(String name, Class<?> type, Function<R, T> column) {
        statement.bindArray(name, type, rows.stream().map(column).toList());
        return this;
    }

    S statement() {
        return statement;
    }
}
