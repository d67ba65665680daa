package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.run.Freeze;

/** The table {@code tightening_freeze}. */
@Singleton
public final class FreezeBook {

    private final Sql sql;

    FreezeBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Freeze> find(long id) {
        return sql.first("select * from tightening_freeze where id = ?", FreezeBook::freeze, id);
    }

    /** The row, locked until the transaction ends. */
    public Optional<Freeze> lock(long id) {
        return sql.first("select * from tightening_freeze where id = ? for no key update", FreezeBook::freeze, id);
    }

    /** Of those that hold at an instant the one that ends last. */
    public Optional<Freeze> heldAt(Instant now) {
        return sql.first("""
                select * from tightening_freeze
                 where declared_at <= ? and least(ends_at, coalesce(lifted_at, ends_at)) > ?
                 order by least(ends_at, coalesce(lifted_at, ends_at)) desc limit 1
                """, FreezeBook::freeze, now, now);
    }

    /** When a person last lifted one before its end, or empty. */
    public Optional<Instant> lastLiftedUpTo(Instant now) {
        return sql.first(
                "select max(lifted_at) as at from tightening_freeze where lifted_at <= ? having count(*) > 0",
                row -> row.instant("at"),
                now);
    }

    /**
     * Those whose end, spread over, is not before an instant, with those that held when one of them was declared: all that
     * bear on access from then on.
     */
    public List<Freeze> endingFrom(Instant instant) {
        return sql.list("""
                with recursive spread as (
                    select id, declared_at,
                           least(ends_at, coalesce(lifted_at, ends_at)) + make_interval(secs => spread_seconds) as spread_until
                      from tightening_freeze),
                bearing as (
                    select id, declared_at from spread where spread_until >= ?
                    union
                    select before.id, before.declared_at
                      from spread before
                      join bearing b on before.declared_at < b.declared_at and before.spread_until >= b.declared_at)
                select * from tightening_freeze where id in (select id from bearing) order by declared_at, id
                """, FreezeBook::freeze, instant);
    }

    /** Newest first, below an id. */
    public List<Freeze> page(long beforeId, int limit) {
        return sql.list(
                "select * from tightening_freeze where id < ? order by id desc limit ?",
                FreezeBook::freeze,
                beforeId,
                limit);
    }

    public Freeze insert(String reason, String by, Instant now, Instant endsAt, Duration spread) {
        return sql.first("""
                        insert into tightening_freeze (reason, declared_by, declared_at, ends_at, spread_seconds)
                        values (?, ?, ?, ?, ?)
                        returning *
                        """, FreezeBook::freeze, reason, by, now, endsAt, (int) spread.toSeconds())
                .orElseThrow();
    }

    public Freeze lift(long id, String by, Instant now) {
        return sql.first("""
                        update tightening_freeze set version = version + 1, lifted_at = ?, lifted_by = ? where id = ? returning *
                        """, FreezeBook::freeze, now, by, id).orElseThrow();
    }

    static Freeze freeze(Row row) throws SQLException {
        return new Freeze(
                row.bigint("id"),
                row.bigint("version"),
                row.text("reason"),
                row.text("declared_by"),
                row.instant("declared_at"),
                row.instant("ends_at"),
                row.instantOrNull("lifted_at"),
                row.textOrNull("lifted_by"),
                Duration.ofSeconds(row.integer("spread_seconds")));
    }
}
