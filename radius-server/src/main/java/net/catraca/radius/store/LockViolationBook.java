package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.LockViolation;
import net.catraca.radius.session.LockViolations;
import org.jspecify.annotations.Nullable;

/** The table {@code lock_violation}, which all nodes write. */
@Singleton
@Requires(beans = Sql.class)
public final class LockViolationBook {

    /** Enough to see a pattern; the log has all. */
    static final int MOST_OF_SUBSCRIBER = 20;

    static final Duration KEPT = Duration.ofDays(90);

    private final Sql sql;

    LockViolationBook(Sql sql) {
        this.sql = sql;
    }

    /**
     * A place from where a login was used against its locks.
     *
     * @param login null when it has been deleted since
     * @param seen the last time
     * @param times since the first
     * @param node that saw it last
     */
    public record Kept(
            long id,
            long subscriberId,
            @Nullable String login,
            LockViolation.Seen seen,
            Instant firstAt,
            long times,
            int node) {}

    /** Adds to what is known, and forgets what is beyond the bound. */
    public void save(Collection<LockViolations.Unsaved> news, int node) {
        // In order, so that two nodes do not wait for each other.
        var ordered = news.stream()
                .sorted(Comparator.comparingLong(LockViolations.Unsaved::subscriberId)
                        .thenComparing(one -> one.seen().violation().lock())
                        .thenComparing(one -> one.seen().nasName())
                        .thenComparing(one -> one.seen().place()))
                .toList();
        sql.inTransaction(() -> {
            sql.batch("""
                    insert into lock_violation (
                        subscriber_id, lock, nas_name, place, expected, found, garden, first_at, last_at, times, node)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    on conflict (subscriber_id, lock, nas_name, place) do update set
                        expected = excluded.expected, found = excluded.found, garden = excluded.garden,
                        last_at = greatest(lock_violation.last_at, excluded.last_at),
                        times = lock_violation.times + excluded.times, node = excluded.node
                    """, ordered, one -> new @Nullable Object[] {
                one.subscriberId(),
                one.seen().violation().lock(),
                text(one.seen().nasName()),
                text(one.seen().place()),
                text(one.seen().violation().expected()),
                one.seen().violation().found() == null
                        ? null
                        : text(one.seen().violation().found()),
                one.seen().garden(),
                one.firstAt(),
                one.seen().at(),
                one.times(),
                node
            });
            sql.update(
                    """
                    delete from lock_violation where id in (
                        select id from (
                            select id, row_number() over (partition by subscriber_id order by last_at desc, id desc) as place
                              from lock_violation where subscriber_id = any(?)) ranked
                         where ranked.place > ?)
                    """,
                    ordered.stream()
                            .map(LockViolations.Unsaved::subscriberId)
                            .distinct()
                            .toList(),
                    MOST_OF_SUBSCRIBER);
            return true;
        });
    }

    /** What comes from a packet may hold what PostgreSQL does not take. */
    private static String text(String told) {
        return told.replace('\0', ' ');
    }

    /** Of these logins, those seen last first. */
    public List<Kept> of(Collection<Long> subscriberIds, int limit) {
        return sql.list("""
                select v.*, s.login from lock_violation v left join subscriber s on s.id = v.subscriber_id
                 where v.subscriber_id = any(?) order by v.last_at desc, v.id desc limit ?
                """, LockViolationBook::kept, subscriberIds, limit);
    }

    /**
     * Of all logins and nodes, the newest places first.
     *
     * @param login in any case, or null for all
     * @param nasName or null for all
     */
    public List<Kept> list(@Nullable String login, @Nullable String nasName, long beforeId, int limit) {
        return sql.list("""
                select v.*, s.login from lock_violation v left join subscriber s on s.id = v.subscriber_id
                 where v.id < ? and (cast(? as text) is null or lower(s.login) = lower(?))
                   and (cast(? as text) is null or v.nas_name = ?)
                 order by v.id desc limit ?
                """, LockViolationBook::kept, beforeId, login, login, nasName, nasName, limit);
    }

    private static Kept kept(Row row) throws SQLException {
        return new Kept(
                row.bigint("id"),
                row.bigint("subscriber_id"),
                row.textOrNull("login"),
                new LockViolation.Seen(
                        row.instant("last_at"),
                        new LockViolation(
                                row.oneOf(LockViolation.Lock.class, "lock"),
                                row.text("expected"),
                                row.textOrNull("found")),
                        row.text("nas_name"),
                        row.text("place"),
                        row.bool("garden")),
                row.instant("first_at"),
                row.bigint("times"),
                row.integer("node"));
    }
}
