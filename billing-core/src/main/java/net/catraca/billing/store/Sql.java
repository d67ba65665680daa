package net.catraca.billing.store;

import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plain SQL inside Micronaut's transaction, for what is joined, locked or done in bulk.
 *
 * <p>Arguments may be null, text, numbers, booleans, {@code byte[]}, {@link Instant}, {@code LocalDate}, enums (by
 * name), {@code int[]}, {@code long[]}, {@code Integer[]}, {@code Long[]}, {@code String[]}, collections of {@code Long}
 * (as {@code bigint[]}) and what {@link RowColumns} are made of.
 */
@Singleton
public final class Sql {

    /** Rows that the driver holds at once while a whole table streams by. */
    private static final int FETCH_ROWS = 1000;

    /** Longest wait for the next octets of a snapshot; a million sorted rows begin to flow well before. */
    private static final int SILENCE_MILLIS = 60_000;

    private static final TransactionDefinition SNAPSHOT = snapshotDefinition();

    private final TransactionOperations<Connection> transactions;

    Sql(TransactionOperations<Connection> transactions) {
        this.transactions = transactions;
    }

    private static TransactionDefinition snapshotDefinition() {
        var definition = new DefaultTransactionDefinition();
        definition.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
        definition.setReadOnly(true);
        return definition;
    }

    /** Makes a record of a row. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    /** Takes a row as it streams by. */
    @FunctionalInterface
    public interface Visitor {
        void visit(Row row) throws SQLException;
    }

    /** Joins the running transaction, or begins and commits one (READ COMMITTED). */
    public <T> T inTransaction(Supplier<T> work) {
        return run(TransactionDefinition.DEFAULT, work);
    }

    /**
     * Does work whose statements may be refused, and that may be done again or otherwise then: a transaction, or within one
     * that is running a part of it, undone alone when it fails.
     */
    public <T> T inPart(Supplier<T> work) {
        return transactions.findTransactionStatus().isPresent() ? inSavepoint(work) : inTransaction(work);
    }

    private <T> T inSavepoint(Supplier<T> work) {
        try {
            var connection = transactions.getConnection();
            var before = connection.setSavepoint();
            try {
                T result = work.get();
                connection.releaseSavepoint(before);
                return result;
            } catch (RuntimeException failed) {
                connection.rollback(before);
                throw failed;
            }
        } catch (SQLException e) {
            throw new DataAccessException("savepoint: " + e.getMessage(), e);
        }
    }

    /** Does work in a transaction that is rolled back whatever comes of it: to see what would be. */
    public <T> T tryOut(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(TransactionDefinition.DEFAULT, status -> {
            status.setRollbackOnly();
            return work.get();
        }));
    }

    /**
     * Whether the database refused what it was given (a value, a constraint) rather than was away or busy: the same
     * statement would be refused again.
     */
    public static boolean isRefusalOfData(Exception refused) {
        String state = state(refused);
        return state.startsWith("22") || state.startsWith("23");
    }

    /** Whether a database or the way to it has anything to do with it. */
    public static boolean isOfDatabase(Exception failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return true;
            }
        }
        return false;
    }

    /** Whether it ended a transaction only because of others that ran beside it: the same may pass the next time. */
    public static boolean isForOthers(Exception refused) {
        return state(refused).startsWith("40");
    }

    private static String state(Exception refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException said && said.getSQLState() != null) {
                return said.getSQLState();
            }
        }
        return "";
    }

    /** Reads within the running transaction, or within one of its own that writes nothing. */
    public <T> T reading(Supplier<T> work) {
        return run(TransactionDefinition.READ_ONLY, work);
    }

    /**
     * As {@link #reading}, but all statements see the database as it was at one instant (REPEATABLE READ). A
     * transaction that is already running must be one of these.
     */
    public <T> T readingOneSnapshot(Supplier<T> work) {
        return run(SNAPSHOT, () -> {
            giveUpOnSilence();
            return work.get();
        });
    }

    /** Without it a host that vanished would be waited for until TCP gives up, a quarter of an hour. */
    private void giveUpOnSilence() {
        try {
            transactions.getConnection().setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
        } catch (SQLException e) {
            throw new DataAccessException("network timeout: " + e.getMessage(), e);
        }
    }

    private <T> T run(TransactionDefinition definition, Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(definition, status -> work.get()));
    }

    public <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... arguments) {
        List<T> found = new ArrayList<>();
        each(sql, row -> found.add(reader.read(row)), arguments);
        return found;
    }

    public <T> Optional<T> first(String sql, Reader<T> reader, @Nullable Object... arguments) {
        var found = list(sql, reader, arguments);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /** Streams: within a transaction at most {@value #FETCH_ROWS} rows are in memory. */
    public void each(String sql, Visitor visitor, @Nullable Object... arguments) {
        each(sql, false, visitor, arguments);
    }

    /**
     * As {@link #each}, but planned anew each time. For a table that is empty now and has a hundred thousand rows in a
     * minute: the plan that PostgreSQL keeps for a statement would read all of them for as long as it takes it to notice.
     */
    void eachPlannedAnew(String sql, Visitor visitor, @Nullable Object... arguments) {
        each(sql, true, visitor, arguments);
    }

    private void each(String sql, boolean planAnew, Visitor visitor, @Nullable Object... arguments) {
        with(sql, statement -> {
            if (planAnew) {
                planAnew(statement);
            }
            statement.setFetchSize(FETCH_ROWS);
            bind(statement, arguments);
            try (var result = statement.executeQuery()) {
                var row = new Row(result);
                int rows = 0;
                for (; result.next(); rows++) {
                    visitor.visit(row);
                }
                return rows;
            }
        });
    }

    /** Returns how many rows were written. */
    public int update(String sql, @Nullable Object... arguments) {
        return with(sql, statement -> {
            bind(statement, arguments);
            return statement.executeUpdate();
        });
    }

    /** As {@link #update}, but planned anew each time, as {@link #eachPlannedAnew}. */
    int updatePlannedAnew(String sql, @Nullable Object... arguments) {
        return with(sql, statement -> {
            planAnew(statement);
            bind(statement, arguments);
            return statement.executeUpdate();
        });
    }

    /** An unnamed statement: PostgreSQL plans it with its arguments, and keeps nothing. */
    private static void planAnew(PreparedStatement statement) throws SQLException {
        statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(0);
    }

    /** The same statement for each element, sent together. */
    public <E> void batch(String sql, Collection<E> elements, Function<E, @Nullable Object[]> arguments) {
        if (elements.isEmpty()) {
            return;
        }
        with(sql, statement -> {
            for (E element : elements) {
                bind(statement, arguments.apply(element));
                statement.addBatch();
            }
            return statement.executeBatch().length;
        });
    }

    /** Returns how many rows it met. */
    private interface Use {
        int of(PreparedStatement statement) throws SQLException;
    }

    /** Within the running transaction; alone, the statement is a transaction of its own. */
    private int with(String sql, Use use) {
        return inTransaction(() -> {
            try (var statement = transactions.getConnection().prepareStatement(sql)) {
                return use.of(statement);
            } catch (SQLException e) {
                throw new DataAccessException(e.getMessage() + " in: " + sql, e);
            }
        });
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, sqlValue(statement, arguments[i]));
        }
    }

    private static @Nullable Object sqlValue(PreparedStatement statement, @Nullable Object argument)
            throws SQLException {
        if (argument == null) {
            return null;
        }
        return switch (argument) {
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case Enum<?> constant -> constant.name();
            case int[] days -> array(statement, "integer", days);
            case long[] ids -> array(statement, "bigint", ids);
            case Integer[] numbers -> array(statement, "integer", numbers);
            case Long[] numbers -> array(statement, "bigint", numbers);
            case String[] texts -> array(statement, "text", texts);
            case Boolean[] flags -> array(statement, "boolean", flags);
            case byte[][] octets -> array(statement, "bytea", octets);
            // As ISO 8601 says it, which PostgreSQL reads whatever its DateStyle is.
            case Instant[] instants -> array(statement, "timestamptz", texts(instants));
            case LocalDate[] days -> array(statement, "date", texts(days));
            case Collection<?> ids -> array(statement, "bigint", ids.toArray());
            default -> argument;
        };
    }

    private static @Nullable String[] texts(@Nullable Object[] values) {
        return Arrays.stream(values)
                .map(value -> value == null ? null : value.toString())
                .toArray(String[]::new);
    }

    private static Object array(PreparedStatement statement, String type, Object elements) throws SQLException {
        return statement
                .getConnection()
                .unwrap(org.postgresql.PGConnection.class)
                .createArrayOf(type, elements);
    }
}
