package net.catraca.billing.store;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows turned into an array a column, for one statement that writes them all: {@code insert … select … from unnest(?, ?)}.
 * A statement a row costs PostgreSQL, and us, several times as much. Numbers and text only; the statement casts the rest.
 */
final class Columns {

    private static final Collector<CharSequence, ?, String> ARRAY = Collectors.joining(",", "{", "}");

    private Columns() {}

    static <E> @Nullable Long[] bigints(Collection<E> rows, Function<E, @Nullable Long> of) {
        return rows.stream().map(of).toArray(Long[]::new);
    }

    static <E> @Nullable Integer[] integers(Collection<E> rows, Function<E, @Nullable Integer> of) {
        return rows.stream().map(of).toArray(Integer[]::new);
    }

    /** The text of each value, which enums and days and instants have, too. */
    static <E> @Nullable String[] texts(Collection<E> rows, Function<E, @Nullable Object> of) {
        return rows.stream()
                .map(of)
                .map(value ->
                        value instanceof Enum<?> constant ? constant.name() : value == null ? null : value.toString())
                .toArray(String[]::new);
    }

    /** As PostgreSQL reads an array: unnest would flatten arrays in an array. */
    static String array(int[] numbers) {
        return numbers.length == 0
                ? "{}"
                : Arrays.stream(numbers).mapToObj(Integer::toString).collect(ARRAY);
    }

    static String array(long[] numbers) {
        return numbers.length == 0
                ? "{}"
                : Arrays.stream(numbers).mapToObj(Long::toString).collect(ARRAY);
    }

    static String array(Collection<Long> numbers) {
        return array(numbers.stream().mapToLong(Long::longValue).toArray());
    }
}
