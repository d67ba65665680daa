package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseDecision.Granted;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** The table {@code release}. It is written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class ReleaseLedger {

    private final Sql sql;
    private final WebhookOutbox outbox;

    ReleaseLedger(Sql sql, WebhookOutbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    public Optional<Release> find(long id) {
        return sql.first("select * from release where id = ?", ReleaseLedger::release, id);
    }

    /** By id, above one; of one contract or, for null, of all. */
    public List<Release> page(@Nullable Long contractId, long afterId, int limit) {
        return contractId == null
                ? sql.list(
                        "select * from release where id > ? order by id limit ?",
                        ReleaseLedger::release,
                        afterId,
                        limit)
                : sql.list(
                        "select * from release where contract_id = ? and id > ? order by id limit ?",
                        ReleaseLedger::release,
                        contractId,
                        afterId,
                        limit);
    }

    /** All of a contract's entries, oldest first. */
    public List<Release> of(long contractId) {
        return sql.list(
                "select * from release where contract_id = ? order by granted_at, id",
                ReleaseLedger::release,
                contractId);
    }

    /** Those of these contracts that run or will run, or ended so lately that a freeze may hold them. */
    public List<Release> bearingOnAccess(Collection<Long> contractIds, Instant now) {
        return sql.list("""
                select * from release
                 where contract_id = any(?) and ended_at is null and (until is null or until > ?)
                 order by contract_id, id
                """, ReleaseLedger::release, contractIds, now.minus(ContractBooks.KEPT_AFTER_END));
    }

    /** When each contract was last let through, of those that were so since an instant. */
    public Map<Long, Instant> lastGrantedSince(Instant since) {
        Map<Long, Instant> last = new HashMap<>();
        sql.each(
                "select contract_id, max(granted_at) as at from release where granted_at >= ? group by contract_id",
                row -> last.put(row.bigint("contract_id"), row.instant("at")),
                since);
        return last;
    }

    /** Those of a contract that let it through at an instant, oldest first. */
    public List<Release> running(long contractId, Instant at) {
        return of(contractId).stream().filter(release -> release.runsAt(at)).toList();
    }

    /**
     * How many manual releases a person has granted without a second one since an instant. Two requests of the same person are counted one
     * after the other: the lock is held until the transaction ends.
     */
    public int grantedManuallyBy(String who, Instant since) {
        sql.first("select pg_advisory_xact_lock(hashtextextended('release by ' || lower(?), 0))", row -> true, who);
        return sql.first("""
                        select count(*)::integer as granted
                          from release
                         where lower(granted_by) = lower(?) and granted_at >= ? and kind = 'MANUAL'
                           and seconded_by is null
                        """, row -> row.integer("granted"), who, since).orElseThrow();
    }

    /**
     * Begins now.
     *
     * @param secondedBy the second person, or null
     */
    public Release insert(
            long contractId,
            ReleaseKind kind,
            String reason,
            String by,
            @Nullable String secondedBy,
            Instant now,
            Granted granted) {
        var made = sql.first(
                        """
                        insert into release (
                            contract_id, kind, level, reason, granted_by, granted_at, starts_at, until, debt_due_on,
                            from_level, lifted_interval, seconded_by)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning *
                        """,
                        ReleaseLedger::release,
                        contractId,
                        kind,
                        granted.level(),
                        reason,
                        by,
                        now,
                        now,
                        granted.until(),
                        granted.debtSince(),
                        granted.fromLevel(),
                        granted.liftsInterval(),
                        secondedBy)
                .orElseThrow();
        outbox.release(made.id(), "release.granted", now);
        return made;
    }

    /**
     * One that another system granted, and that has run: it counts to quotas and to the days of its debt. Nothing when it
     * is known already.
     *
     * @param until the first instant at which it let nobody through any more
     * @param debtSince the debt that it let through, or null
     */
    public Optional<Release> adopt(
            long contractId,
            ReleaseKind kind,
            String reason,
            String by,
            Instant from,
            Instant until,
            @Nullable LocalDate debtSince) {
        return sql.first(
                """
                insert into release (
                    contract_id, kind, level, reason, granted_by, granted_at, starts_at, until, debt_due_on, from_level)
                select ?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, 'BLOCKED'
                 where not exists (
                       select 1 from release where contract_id = ? and kind = ? and granted_at = ?)
                returning *
                """,
                ReleaseLedger::release,
                contractId,
                kind,
                reason,
                by,
                from,
                from,
                until,
                debtSince,
                contractId,
                kind,
                from);
    }

    public Release end(long id, Release.End end) {
        var ended = sql.first("""
                        update release
                           set version = version + 1, ended_at = ?, ended_by = ?, end_reason = ?
                         where id = ?
                        returning *
                        """, ReleaseLedger::release, end.at(), end.by(), end.reason(), id)
                .orElseThrow();
        outbox.release(id, "release.ended", end.at());
        return ended;
    }

    static Release release(Row row) throws SQLException {
        return new Release(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("contract_id"),
                row.oneOf(ReleaseKind.class, "kind"),
                row.oneOf(AccessLevel.class, "level"),
                row.text("reason"),
                row.text("granted_by"),
                row.instant("granted_at"),
                row.instant("starts_at"),
                row.instantOrNull("until"),
                row.dayOrNull("debt_due_on"),
                row.oneOfOrNull(AccessLevel.class, "from_level"),
                row.bool("lifted_interval"),
                row.textOrNull("seconded_by"),
                end(row));
    }

    private static Release.@Nullable End end(Row row) throws SQLException {
        var at = row.instantOrNull("ended_at");
        return at == null ? null : new Release.End(at, row.text("ended_by"), row.text("end_reason"));
    }
}
