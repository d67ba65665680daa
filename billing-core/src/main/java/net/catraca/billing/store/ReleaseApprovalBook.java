package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.release.ReleaseApproval;
import net.catraca.billing.release.ReleaseApproval.Decision;
import net.catraca.billing.release.ReleaseApproval.State;
import org.jspecify.annotations.Nullable;

/** The table {@code release_approval}. It is written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class ReleaseApprovalBook {

    private final Sql sql;

    ReleaseApprovalBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<ReleaseApproval> find(long id) {
        return sql.first("select * from release_approval where id = ?", ReleaseApprovalBook::approval, id);
    }

    /** The one of a contract that is pending by its state; it may have expired. */
    public Optional<ReleaseApproval> pendingOf(long contractId) {
        return sql.first(
                "select * from release_approval where contract_id = ? and state = 'PENDING'",
                ReleaseApprovalBook::approval,
                contractId);
    }

    /** How many of a person's are pending at an instant. Who asks holds the person's lock, see {@link ReleaseLedger}. */
    public int pendingBy(String who, Instant now) {
        return sql.first("""
                        select count(*)::integer as pending
                          from release_approval
                         where lower(requested_by) = lower(?) and state = 'PENDING' and expires_at > ?
                        """, row -> row.integer("pending"), who, now).orElseThrow();
    }

    /** By id, above one; those that are pending at an instant or, for null, all. */
    public List<ReleaseApproval> page(@Nullable Instant pendingAt, long afterId, int limit) {
        return pendingAt == null
                ? sql.list(
                        "select * from release_approval where id > ? order by id limit ?",
                        ReleaseApprovalBook::approval,
                        afterId,
                        limit)
                : sql.list("""
                        select * from release_approval
                         where state = 'PENDING' and expires_at > ? and id > ? order by id limit ?
                        """, ReleaseApprovalBook::approval, pendingAt, afterId, limit);
    }

    public ReleaseApproval insert(long contractId, String reason, String by, Instant now, Instant expiresAt) {
        return sql.first("""
                        insert into release_approval (contract_id, reason, requested_by, requested_at, expires_at)
                        values (?, ?, ?, ?, ?)
                        returning *
                        """, ReleaseApprovalBook::approval, contractId, reason, by, now, expiresAt)
                .orElseThrow();
    }

    public ReleaseApproval decide(long id, State state, Decision decision) {
        return sql.first(
                        """
                        update release_approval
                           set version = version + 1, state = ?, decided_by = ?, decided_at = ?, decision_reason = ?,
                               release_id = ?
                         where id = ?
                        returning *
                        """,
                        ReleaseApprovalBook::approval,
                        state,
                        decision.by(),
                        decision.at(),
                        decision.reason(),
                        decision.releaseId(),
                        id)
                .orElseThrow();
    }

    private static ReleaseApproval approval(Row row) throws SQLException {
        return new ReleaseApproval(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("contract_id"),
                row.text("reason"),
                row.text("requested_by"),
                row.instant("requested_at"),
                row.instant("expires_at"),
                row.oneOf(State.class, "state"),
                decision(row));
    }

    private static @Nullable Decision decision(Row row) throws SQLException {
        var at = row.instantOrNull("decided_at");
        return at == null
                ? null
                : new Decision(
                        row.text("decided_by"), at, row.textOrNull("decision_reason"), row.bigintOrNull("release_id"));
    }
}
