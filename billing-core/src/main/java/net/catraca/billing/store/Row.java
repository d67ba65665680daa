package net.catraca.billing.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The current row of a result, in the types of the domain. Not valid after the reader has returned. */
public final class Row {

    private final ResultSet result;

    Row(ResultSet result) {
        this.result = result;
    }

    public long bigint(String column) throws SQLException {
        return result.getLong(column);
    }

    public @Nullable Long bigintOrNull(String column) throws SQLException {
        long value = result.getLong(column);
        return result.wasNull() ? null : value;
    }

    public long bigintOr(String column, long whenNull) throws SQLException {
        long value = result.getLong(column);
        return result.wasNull() ? whenNull : value;
    }

    public int integer(String column) throws SQLException {
        return result.getInt(column);
    }

    public @Nullable Integer integerOrNull(String column) throws SQLException {
        int value = result.getInt(column);
        return result.wasNull() ? null : value;
    }

    public @Nullable Boolean boolOrNull(String column) throws SQLException {
        boolean value = result.getBoolean(column);
        return result.wasNull() ? null : value;
    }

    public int integerOr(String column, int whenNull) throws SQLException {
        int value = result.getInt(column);
        return result.wasNull() ? whenNull : value;
    }

    public @Nullable Double decimalOrNull(String column) throws SQLException {
        double value = result.getDouble(column);
        return result.wasNull() ? null : value;
    }

    public boolean bool(String column) throws SQLException {
        return result.getBoolean(column);
    }

    public String text(String column) throws SQLException {
        return present(column, result.getString(column));
    }

    public @Nullable String textOrNull(String column) throws SQLException {
        return result.getString(column);
    }

    public <E extends Enum<E>> E oneOf(Class<E> type, String column) throws SQLException {
        return Enum.valueOf(type, text(column));
    }

    public <E extends Enum<E>> @Nullable E oneOfOrNull(Class<E> type, String column) throws SQLException {
        String name = result.getString(column);
        return name == null ? null : Enum.valueOf(type, name);
    }

    public LocalDate day(String column) throws SQLException {
        return present(column, dayOrNull(column));
    }

    public @Nullable LocalDate dayOrNull(String column) throws SQLException {
        return result.getObject(column, LocalDate.class);
    }

    public Instant instant(String column) throws SQLException {
        return present(column, instantOrNull(column));
    }

    public @Nullable Instant instantOrNull(String column) throws SQLException {
        var at = result.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    public byte[] bytes(String column) throws SQLException {
        return present(column, result.getBytes(column));
    }

    public byte @Nullable [] bytesOrNull(String column) throws SQLException {
        return result.getBytes(column);
    }

    public List<String> texts(String column) throws SQLException {
        return List.of((String[]) array(column));
    }

    public Integer[] integers(String column) throws SQLException {
        return (Integer[]) array(column);
    }

    public Long[] bigints(String column) throws SQLException {
        return (Long[]) array(column);
    }

    private Object array(String column) throws SQLException {
        Array array = present(column, result.getArray(column));
        return array.getArray();
    }

    private static <T> T present(String column, @Nullable T value) {
        return Objects.requireNonNull(value, () -> "column " + column + ": expected a value, was null");
    }
}
