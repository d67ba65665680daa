package net.catraca.billing.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows turned into columns, so that one statement takes all of them: {@code from unnest(?, ?) as r (id, name)}. A statement
 * for each row costs PostgreSQL, and us, several times as much. Values may be null where the function's may.
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

    public RowColumns<E> integer(Function<E, @Nullable Integer> value) {
        columns.add(rows.stream().map(value).toArray(Integer[]::new));
        return this;
    }

    public RowColumns<E> text(Function<E, @Nullable String> value) {
        columns.add(rows.stream().map(value).toArray(String[]::new));
        return this;
    }

    /** An enum's constants, {@code text}: their names. */
    public RowColumns<E> constant(Function<E, @Nullable Enum<?>> value) {
        return text(row -> {
            var constant = value.apply(row);
            return constant == null ? null : constant.name();
        });
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

    /** Numbers in each row, as text that the statement casts to an array: unnest would flatten arrays in an array. */
    public RowColumns<E> numbers(Function<E, ? extends Collection<? extends Number>> value) {
        return text(row -> value.apply(row).stream().map(Object::toString).collect(Collectors.joining(",", "{", "}")));
    }

    /** Arguments of a statement: the columns alone. */
    public @Nullable Object[] arguments() {
        return after();
    }

    /**
     * Arguments of a statement.
     *
     * @param before those that stand before the columns
     */
    public @Nullable Object[] after(@Nullable Object... before) {
        return between(Arrays.asList(before));
    }

    /** @param after those that stand after the columns */
    public @Nullable Object[] before(@Nullable Object... after) {
        return between(List.of(), after);
    }

    /** Both. */
    public @Nullable Object[] between(List<@Nullable Object> before, @Nullable Object... after) {
        var all = new ArrayList<@Nullable Object>(before);
        all.addAll(columns);
        all.addAll(Arrays.asList(after));
        return all.toArray();
    }
}
