package net.catraca.billing.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows turned into columns, so that one statement takes all of them: {@code from unnest(?, ?) as r (id, name)}. A statement
 * for each row costs PostgreSQL several times as much. Values may be null where the function's may.
 */
public final class RowColumns<E> {

    private final List<E> rows;
    private final List<Object> columns = new ArrayList<>();

    private RowColumns(Collection<E> rows) {
        this.rows = List.copyOf(rows);
    }

    /** In the order of the collection. */
    public static <E> RowColumns<E> of(Collection<E> rows) {
        return new RowColumns<>(rows);
    }

    /** The next column, {@code bigint}; an {@code integer} or {@code smallint} takes it when it is inserted. */
    public RowColumns<E> bigint(Function<E, @Nullable Long> value) {
        columns.add(rows.stream().map(value).toArray(Long[]::new));
        return this;
    }

    public RowColumns<E> text(Function<E, @Nullable String> value) {
        columns.add(rows.stream().map(value).toArray(String[]::new));
        return this;
    }

    public RowColumns<E> bool(Predicate<E> value) {
        columns.add(rows.stream().map(value::test).toArray(Boolean[]::new));
        return this;
    }

    public RowColumns<E> bytes(Function<E, byte @Nullable []> value) {
        columns.add(rows.stream().map(value).toArray(byte[][]::new));
        return this;
    }

    public RowColumns<E> instant(Function<E, @Nullable Instant> value) {
        columns.add(rows.stream().map(value).toArray(Instant[]::new));
        return this;
    }

    public RowColumns<E> day(Function<E, @Nullable LocalDate> value) {
        columns.add(rows.stream().map(value).toArray(LocalDate[]::new));
        return this;
    }

    /**
     * Arguments of a statement.
     *
     * @param before those that stand before the columns
     */
    public @Nullable Object[] after(@Nullable Object... before) {
        var all = Arrays.copyOf(before, before.length + columns.size());
        for (int i = 0; i < columns.size(); i++) {
            all[before.length + i] = columns.get(i);
        }
        return all;
    }
}
