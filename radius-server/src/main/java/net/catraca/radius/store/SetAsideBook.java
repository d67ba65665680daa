package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.accounting.JournalRecord;
import org.jspecify.annotations.Nullable;

/** The table {@code accounting_set_aside}: records that PostgreSQL refused one by one. */
@Singleton
@Requires(beans = Sql.class)
public final class SetAsideBook {

    private final Sql sql;

    SetAsideBook(Sql sql) {
        this.sql = sql;
    }

    /**
     * One of them.
     *
     * @param record as it lay in the journal; its node is in the number's bits from 48 on
     * @param receivedAt null when not even that can be read
     * @param reason why it was refused the last time
     * @param tries how often it was delivered again in vain
     */
    public record SetAside(
            JournalRecord record,
            @Nullable Instant receivedAt,
            Instant setAsideAt,
            String reason,
            int tries,
            @Nullable Instant triedAt) {

        public long number() {
            return record.number();
        }
    }

    /** In the order of their numbers. */
    public List<SetAside> list(long afterNumber, int limit) {
        return sql.list(
                "select * from accounting_set_aside where number > ? order by number limit ?",
                SetAsideBook::setAside,
                afterNumber,
                limit);
    }

    public Optional<SetAside> find(long number) {
        return sql.first("select * from accounting_set_aside where number = ?", SetAsideBook::setAside, number);
    }

    /** Locked against another who delivers it again. */
    public Optional<SetAside> lock(long number) {
        return sql.first(
                "select * from accounting_set_aside where number = ? for update", SetAsideBook::setAside, number);
    }

    /** It has been delivered. */
    public void delete(long number) {
        sql.update("delete from accounting_set_aside where number = ?", number);
    }

    public void refusedAgain(long number, String reason, Instant at) {
        sql.update(
                "update accounting_set_aside set reason = ?, tries = tries + 1, tried_at = ? where number = ?",
                reason.replace('\0', ' '),
                at,
                number);
    }

    /**
     * Does the work in a transaction of its own; none may be running.
     *
     * @return why it was refused and rolled back, or nothing when it was done
     * @throws RuntimeException when the database is away or not as it should be
     */
    public Optional<String> tried(Runnable work) {
        try {
            sql.inTransaction(() -> {
                work.run();
                return true;
            });
            return Optional.empty();
        } catch (RuntimeException refused) {
            if (!JournalCursor.isOfTheRecord(refused)) {
                throw refused;
            }
            return Optional.of(JournalCursor.reason(refused));
        }
    }

    private static SetAside setAside(Row row) throws SQLException {
        return new SetAside(
                new JournalRecord(row.bigint("number"), row.bytes("payload")),
                row.instantOrNull("received_at"),
                row.instant("set_aside_at"),
                row.text("reason"),
                row.integer("tries"),
                row.instantOrNull("tried_at"));
    }
}
