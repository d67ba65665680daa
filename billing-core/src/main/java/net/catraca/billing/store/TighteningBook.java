package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.run.TighteningProposal.Decision;
import net.catraca.billing.run.TighteningProposal.DropReason;
import net.catraca.billing.run.TighteningProposal.Kind;
import net.catraca.billing.run.TighteningProposal.Outcome;
import net.catraca.billing.run.TighteningProposal.Row;
import net.catraca.billing.run.TighteningProposal.Rows;
import net.catraca.billing.run.TighteningProposal.State;
import org.jspecify.annotations.Nullable;

/** The tables {@code tightening_proposal} and {@code tightening_proposal_row}. */
@Singleton
public final class TighteningBook {

    private static final String SELECT = """
            select p.*, r.*
              from tightening_proposal p
              cross join lateral (
                    select count(*) as all_rows,
                           count(*) filter (where outcome = 'PENDING') as pending,
                           count(*) filter (where outcome = 'COMMITTED') as committed,
                           count(*) filter (where outcome = 'DROPPED') as dropped,
                           coalesce(sum(monthly_cents) filter (where outcome <> 'DROPPED'), 0)::bigint as cents
                      from tightening_proposal_row where proposal_id = p.id) r
            """;

    private final Sql sql;

    TighteningBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<TighteningProposal> find(long id) {
        return sql.first(SELECT + " where p.id = ?", TighteningBook::proposal, id);
    }

    /** The row, locked until the transaction ends. */
    public Optional<TighteningProposal> lock(long id) {
        sql.first("select id from tightening_proposal where id = ? for update", row -> row.bigint("id"), id);
        return find(id);
    }

    /** By id, below one. */
    public List<TighteningProposal> page(boolean awaitingOnly, Instant now, long beforeId, int limit) {
        return sql.list(SELECT + """
                 where p.id < ? and (not ? or (p.state = 'AWAITING_APPROVAL' and p.expires_at > ?))
                 order by p.id desc limit ?
                """, TighteningBook::proposal, beforeId, awaitingOnly, now, limit);
    }

    /** Those that were approved, and not written whole. */
    public List<TighteningProposal> committing() {
        return sql.list(SELECT + " where p.state = 'COMMITTING' order by p.id", TighteningBook::proposal);
    }

    /** By id, above one. */
    public List<Row> rows(long proposalId, long afterId, int limit) {
        return sql.list(
                "select * from tightening_proposal_row where proposal_id = ? and id > ? order by id limit ?",
                TighteningBook::row,
                proposalId,
                afterId,
                limit);
    }

    public List<Row> pending(long proposalId, int limit) {
        return sql.list("""
                select * from tightening_proposal_row
                 where proposal_id = ? and outcome = 'PENDING' order by id limit ?
                """, TighteningBook::row, proposalId, limit);
    }

    /** The one of this kind and proposer that waits, or a new one; locked, so that nobody decides it meanwhile. */
    public long open(Kind kind, String by, Instant now, Instant expiresAt) {
        // Two calls of one job at the same instant make one of it.
        sql.list(
                "select pg_advisory_xact_lock(hashtextextended(?, 0))",
                row -> true,
                "tightening-proposal/" + kind + "/" + by.toLowerCase(java.util.Locale.ROOT));
        return sql.first("""
                        select id from tightening_proposal
                         where kind = ? and lower(proposed_by) = lower(?) and state = 'AWAITING_APPROVAL' and expires_at > ?
                         order by id desc limit 1 for update
                        """, row -> row.bigint("id"), kind, by, now)
                .orElseGet(() -> sql.first("""
                                insert into tightening_proposal (kind, proposed_by, proposed_at, expires_at)
                                values (?, ?, ?, ?) returning id
                                """, row -> row.bigint("id"), kind, by, now, expiresAt)
                        .orElseThrow());
    }

    /** Adds rows, or says anew what they are; the proposal's version rises. Their ids are passed over. */
    public void add(long proposalId, Collection<Row> rows) {
        sql.batch("""
                insert into tightening_proposal_row (
                    proposal_id, contract_id, subscriber_id, from_level, monthly_cents, reason, last_day, paid_until,
                    oldest_due_on, by_status, target_contract_id, level, as_of)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (proposal_id, contract_id, subscriber_id) do update set
                    from_level = excluded.from_level, monthly_cents = excluded.monthly_cents, reason = excluded.reason,
                    last_day = excluded.last_day, paid_until = excluded.paid_until,
                    oldest_due_on = excluded.oldest_due_on, by_status = excluded.by_status,
                    target_contract_id = excluded.target_contract_id, level = excluded.level, as_of = excluded.as_of, outcome = 'PENDING',
                    drop_reason = null
                """, rows, row -> new @Nullable Object[] {
            proposalId,
            row.contractId(),
            row.subscriberId(),
            row.fromLevel(),
            row.monthlyCents(),
            row.reason(),
            row.lastDay(),
            row.paidUntil(),
            row.oldestDueOn(),
            row.byStatus(),
            row.targetContractId(),
            row.level(),
            row.asOf()
        });
        sql.update("update tightening_proposal set version = version + 1 where id = ?", proposalId);
    }

    /** A contract, and with it a login where one would go. */
    public record Concerned(long contractId, @Nullable Long subscriberId) {}

    /** Of these contracts, what waits or has waited since an instant without having been committed. */
    public Set<Concerned> waited(Kind kind, Collection<Long> contractIds, Instant since) {
        return new HashSet<>(sql.list(
                """
                select r.contract_id, r.subscriber_id
                  from tightening_proposal_row r
                  join tightening_proposal p on p.id = r.proposal_id
                 where r.contract_id = any(?) and p.kind = ? and p.proposed_at >= ?
                   and (r.outcome = 'PENDING' or r.drop_reason in ('DECLINED', 'EXPIRED'))
                """,
                row -> new Concerned(row.bigint("contract_id"), row.bigintOrNull("subscriber_id")),
                contractIds,
                kind,
                since));
    }

    /** News of these contracts, or logins, says something else than what waits: it waits no longer. */
    public void supersede(Collection<Kind> kinds, Collection<Concerned> told) {
        sql.batch("""
                update tightening_proposal_row r
                   set outcome = 'DROPPED', drop_reason = 'TOLD_OTHERWISE_SINCE'
                  from tightening_proposal p
                 where p.id = r.proposal_id and p.state in ('AWAITING_APPROVAL', 'COMMITTING') and p.kind = any(?)
                   and r.outcome = 'PENDING' and r.contract_id = ?
                   and (r.subscriber_id is not distinct from ?)
                """, told, one -> new @Nullable Object[] {
            kinds.stream().map(Kind::name).toArray(String[]::new), one.contractId(), one.subscriberId()
        });
    }

    /** What waits of these contracts because {@code blocked} told it waits no longer. */
    public void supersedeBlocked(Collection<Long> contractIds) {
        if (contractIds.isEmpty()) {
            return;
        }
        sql.update("""
                update tightening_proposal_row r
                   set outcome = 'DROPPED', drop_reason = 'TOLD_OTHERWISE_SINCE'
                  from tightening_proposal p
                 where p.id = r.proposal_id and p.state in ('AWAITING_APPROVAL', 'COMMITTING')
                   and r.by_status and r.outcome = 'PENDING' and r.contract_id = any(?)
                """, contractIds);
    }

    /** Approved, when the state is COMMITTING, or not. */
    public void decide(long id, State state, Decision decision) {
        sql.update("""
                update tightening_proposal
                   set version = version + 1, state = ?, decided_by = ?, decided_at = ?, decision_reason = ?
                 where id = ?
                """, state, decision.by(), decision.at(), decision.reason(), id);
    }

    public void end(long id, State state, Instant now) {
        sql.update(
                "update tightening_proposal set version = version + 1, state = ?, ended_at = ? where id = ?",
                state,
                now,
                id);
    }

    public void committed(Collection<Long> rowIds) {
        sql.update("update tightening_proposal_row set outcome = 'COMMITTED' where id = any(?)", rowIds);
    }

    public void dropped(Collection<Long> rowIds, DropReason reason) {
        sql.update(
                "update tightening_proposal_row set outcome = 'DROPPED', drop_reason = ? where id = any(?)",
                reason,
                rowIds);
    }

    public void dropPending(long proposalId, DropReason reason) {
        sql.update("""
                update tightening_proposal_row set outcome = 'DROPPED', drop_reason = ?
                 where proposal_id = ? and outcome = 'PENDING'
                """, reason, proposalId);
    }

    private static TighteningProposal proposal(net.catraca.billing.store.Row row) throws SQLException {
        var decidedAt = row.instantOrNull("decided_at");
        return new TighteningProposal(
                row.bigint("id"),
                row.bigint("version"),
                row.oneOf(Kind.class, "kind"),
                row.oneOf(State.class, "state"),
                row.text("proposed_by"),
                row.instant("proposed_at"),
                row.instant("expires_at"),
                decidedAt == null
                        ? null
                        : new Decision(row.text("decided_by"), decidedAt, row.textOrNull("decision_reason")),
                row.instantOrNull("ended_at"),
                new Rows(
                        row.integer("all_rows"),
                        row.integer("pending"),
                        row.integer("committed"),
                        row.integer("dropped")),
                row.bigint("cents"));
    }

    private static Row row(net.catraca.billing.store.Row row) throws SQLException {
        return new Row(
                row.bigint("id"),
                row.bigint("proposal_id"),
                row.bigint("contract_id"),
                row.bigintOrNull("subscriber_id"),
                row.oneOf(AccessLevel.class, "from_level"),
                row.bigint("monthly_cents"),
                row.textOrNull("reason"),
                row.dayOrNull("last_day"),
                row.dayOrNull("paid_until"),
                row.dayOrNull("oldest_due_on"),
                row.bool("by_status"),
                row.bigintOrNull("target_contract_id"),
                row.oneOfOrNull(AccessLevel.class, "level"),
                row.instant("as_of"),
                row.oneOf(Outcome.class, "outcome"),
                row.oneOfOrNull(DropReason.class, "drop_reason"));
    }
}
