package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * How far the journals have been delivered: the table {@code journal_cursor}, which commits together with what is
 * delivered; and {@code accounting_set_aside}.
 */
@Singleton
@Requires(beans = Sql.class)
public final class JournalCursor {

    /** A batch takes a fraction of a second; after this the connection is taken for dead. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Sql sql;
    private final TransactionOperations<Connection> transactions;

    JournalCursor(Sql sql, TransactionOperations<Connection> transactions) {
        this.sql = sql;
        this.transactions = transactions;
    }

    /** @param number the last record delivered */
    public record Cursor(long journal, long number, Instant at) {}

    /** What became of a transaction. */
    public sealed interface Outcome {

        /** @param number where the cursor stands now */
        record Done(long number) implements Outcome {}

        /** Nothing was done, for the cursor does not stand where it was thought to; null when there is none. */
        record Elsewhere(@Nullable Long number) implements Outcome {}

        /** The database is not there, busy, full, or not as it should be: the same may succeed later. */
        record Away(Throwable why) implements Outcome {}

        /** It would fail again: a record that a rule or a defect of ours does not let through. */
        record Faulty(Throwable why) implements Outcome {}
    }

    /**
     * Finds or makes the cursor of a journal. Waits for a transaction of an earlier life that still ends.
     *
     * @param start tells from all cursors of that node after which record to go on
     * @return never {@code Elsewhere}
     */
    public Outcome open(int node, long journal, ToLongFunction<List<Cursor>> start, Instant now) {
        return attempt(() -> {
            long number = start.applyAsLong(sql.list(
                    "select journal, number, at from journal_cursor where node = ? order by at for update",
                    row -> new Cursor(row.bigint("journal"), row.bigint("number"), row.instant("at")),
                    node));
            sql.update("""
                    insert into journal_cursor (node, journal, number, at) values (?, ?, ?, ?)
                    on conflict (node, journal) do update set number = excluded.number, at = excluded.at
                    """, node, journal, number, now);
            return new Outcome.Done(number);
        });
    }

    /** Does the work and moves the cursor in one transaction (READ COMMITTED), or neither. */
    public Outcome move(int node, long journal, long from, long to, Instant now, Runnable work) {
        return attempt(() -> {
            // Locked first: a transaction of ours whose end was not heard has then ended, and its end is seen.
            Long number = sql.first(
                            "select number from journal_cursor where node = ? and journal = ? for update",
                            row -> row.bigint("number"),
                            node,
                            journal)
                    .orElse(null);
            if (number == null || number != from) {
                return new Outcome.Elsewhere(number);
            }
            commitDurably();
            work.run();
            sql.update(
                    "update journal_cursor set number = ?, at = ? where node = ? and journal = ?",
                    to,
                    now,
                    node,
                    journal);
            return new Outcome.Done(to);
        });
    }

    /** The journal deletes what has committed: a crash of the server must not take it back, however it is set up. */
    private void commitDurably() {
        sql.list("""
                select set_config('synchronous_commit', 'on', true) as now
                 where current_setting('synchronous_commit') = 'off'
                """, row -> row.text("now"));
    }

    /** Keeps a record that cannot be delivered, within the running transaction. */
    public void setAside(long number, @Nullable Instant receivedAt, Instant now, String reason, byte[] payload) {
        sql.update("""
                insert into accounting_set_aside (number, received_at, set_aside_at, reason, payload)
                values (?, ?, ?, ?, ?)
                on conflict (number) do update set reason = excluded.reason, payload = excluded.payload
                """, number, receivedAt, now, reason.replace('\0', ' '), payload);
    }

    private Outcome attempt(Supplier<Outcome> work) {
        try {
            return Objects.requireNonNull(transactions.executeWrite(status -> {
                giveUpOnSilence(status.getConnection());
                return work.get();
            }));
        } catch (RuntimeException | Error failed) {
            return isOfTheRecord(failed) ? new Outcome.Faulty(failed) : new Outcome.Away(failed);
        }
    }

    private static void giveUpOnSilence(Connection connection) {
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(SILENCE.toMillis()));
        } catch (SQLException e) {
            throw new IllegalStateException("network timeout: " + e.getMessage(), e);
        }
    }

    /**
     * Whether what failed is the work and not the database. Of PostgreSQL's classes only data (22) and constraints (23)
     * speak of a row; a table or partition that is missing, a right, a disk, a deadlock are not the record's fault.
     */
    static boolean isOfTheRecord(Throwable failed) {
        if (failed instanceof Error) {
            return false; // no memory, most likely
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database) {
                @Nullable String state = database.getSQLState();
                return state != null && (state.startsWith("22") || isBrokenRule(database, state));
            }
        }
        return !isOfTheConnection(failed);
    }

    /** What is at the bottom of it, for people. */
    public static String reason(Throwable why) {
        Throwable root = why;
        for (var cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root.getClass().getSimpleName() + ": "
                + String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    /** A missing partition says check_violation, too, and is a job's fault. */
    private static boolean isBrokenRule(SQLException database, String state) {
        return state.startsWith("23") && !String.valueOf(database.getMessage()).contains("no partition of relation");
    }

    private static boolean isOfTheConnection(Throwable failed) {
        return failed instanceof io.micronaut.transaction.exceptions.TransactionException
                || failed instanceof io.micronaut.data.connection.exceptions.ConnectionException;
    }
}
