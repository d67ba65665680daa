package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.Raised;
import net.catraca.billing.run.AccessRun.Signature;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.AccessRun.Totals;
import net.catraca.billing.run.Objection;
import net.catraca.billing.run.Place;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunRow.Outcome;
import net.catraca.billing.run.RunScope;
import org.jspecify.annotations.Nullable;

/** The tables {@code access_run} and {@code access_run_row}. */
@Singleton
public final class RunBook {

    private static final String SELECT = """
            select r.*, t.*, g.*
              from access_run r
             cross join lateral (
                   select count(*)::integer as row_count,
                          count(*) filter (where w.level = 'REDUCED' and not w.skipped)::integer as reduced,
                          count(*) filter (where w.level = 'BLOCKED' and not w.skipped)::integer as blocked,
                          coalesce(sum(w.monthly_cents) filter (where not w.skipped), 0)::bigint as monthly_cents,
                          count(*) filter (where w.released_today and not w.skipped)::integer as released_today,
                          count(*) filter (where w.skipped)::integer as skipped,
                          count(*) filter (where w.rollback = 'LIFTED')::integer as lifted,
                          count(*) filter (where not exists (
                              select 1 from access_run_row l
                               where l.run_id = r.last_run_id and l.contract_id = w.contract_id))::integer
                              as since_last_run,
                          count(*) filter (where w.outcome = 'PENDING')::integer as pending,
                          count(*) filter (where w.outcome = 'COMMITTED')::integer as committed,
                          count(*) filter (where w.outcome = 'DROPPED')::integer as dropped
                     from (select *, drop_reason is not distinct from 'GUARD' as skipped
                             from access_run_row where run_id = r.id) w) t
             cross join lateral (
                   select count(*)::integer as gone_since_last_run
                     from access_run_row l
                    where l.run_id = r.last_run_id
                      and not exists (
                          select 1 from access_run_row w where w.run_id = r.id and w.contract_id = l.contract_id)) g
            """;

    private final Sql sql;
    private final WebhookOutbox outbox;

    RunBook(Sql sql, WebhookOutbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    public Optional<AccessRun> find(long id) {
        return sql.first(SELECT + " where r.id = ?", RunBook::run, id).map(run -> run.with(objections(id)));
    }

    /** Newest first, below an id. */
    public List<AccessRun> page(long beforeId, int limit) {
        return sql.list(SELECT + " where r.id < ? order by r.id desc limit ?", RunBook::run, beforeId, limit).stream()
                .map(run -> run.with(objections(run.id())))
                .toList();
    }

    /** Ids of runs in a state, oldest first. */
    public List<Long> in(State state) {
        return sql.list("select id from access_run where state = ? order by id", row -> row.bigint("id"), state);
    }

    /** When a run was last committed whole whose scope holds all that this run's does. */
    public Optional<Instant> lastCommittedFor(long runId) {
        return sql.first("""
                select l.ended_at
                  from access_run r
                  join access_run l on l.state = 'COMMITTED'
                   and (l.scope_plan_id is null or l.scope_plan_id = r.scope_plan_id)
                   and (l.scope_nas_id is null or l.scope_nas_id = r.scope_nas_id)
                   and (l.scope_region is null or l.scope_region = r.scope_region)
                 where r.id = ?
                 order by l.ended_at desc limit 1
                """, row -> row.instant("ended_at"), runId);
    }

    /** Whether a run has ever begun to commit here, whatever became of it. */
    public boolean everCommitted() {
        return sql.first("select 1 from access_run where commit_started_at is not null limit 1", row -> true)
                .isPresent();
    }

    /** A preview without rows yet; it is compared with the last committed run of the same scope. */
    public long insert(RunScope scope, Instant now, Instant expiresAt, String by) {
        return sql.first(
                        """
                        insert into access_run (state, scope_plan_id, scope_nas_id, scope_region, previewed_at,
                                                expires_at, started_by, last_run_id)
                        select 'PREVIEW', s.plan_id, s.nas_id, s.region, ?, ?, ?,
                               (select max(id) from access_run
                                 where state = 'COMMITTED' and scope_plan_id is not distinct from s.plan_id
                                   and scope_nas_id is not distinct from s.nas_id
                                   and scope_region is not distinct from s.region)
                          from (select ?::bigint as plan_id, ?::bigint as nas_id, ?::text as region) s
                        returning id
                        """, row -> row.bigint("id"), now, expiresAt, by, scope.planId(), scope.nasId(), scope.region())
                .orElseThrow();
    }

    /** Where contracts are; one of which nothing is known is not in it. */
    public Map<Long, Place> places(Collection<Long> contractIds) {
        Map<Long, Place> places = new HashMap<>();
        sql.each("""
                select c.id, l.nas_id, l.nas_name, coalesce(l.region, c.region) as region
                  from contract c
                  left join contract_line l on l.contract_id = c.id
                 where c.id = any(?) and (l.contract_id is not null or c.region is not null)
                """, row -> places.put(row.bigint("id"), place(row)), contractIds);
        return places;
    }

    public void insertRows(Collection<RunRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        sql.update(
                """
                insert into access_run_row (
                    run_id, contract_id, from_level, level, days_late, late_since, threshold, renegotiated, policy_id,
                    policy_number, monthly_cents, released_today, nas_id, nas_name, region, due_day, outcome, drop_reason,
                    drop_detail)
                select n.run_id, n.contract_id, n.from_level, n.level, n.days_late, n.late_since, n.threshold,
                       n.renegotiated, n.policy_id, n.policy_number, n.monthly_cents, n.released_today, n.nas_id,
                       n.nas_name, n.region, n.due_day, n.outcome, n.drop_reason, n.drop_detail
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       run_id, contract_id, from_level, level, days_late, late_since, threshold, renegotiated,
                       policy_id, policy_number, monthly_cents, released_today, nas_id, nas_name, region, due_day,
                       outcome, drop_reason, drop_detail)
                """,
                RowColumns.of(rows)
                        .bigint(RunRow::runId)
                        .bigint(RunRow::contractId)
                        .constant(RunRow::fromLevel)
                        .constant(RunRow::level)
                        .integer(RunRow::daysLate)
                        .day(RunRow::lateSince)
                        .integer(RunRow::threshold)
                        .bool(RunRow::renegotiated)
                        .bigint(RunRow::policyId)
                        .integer(RunRow::policyVersion)
                        .bigint(RunRow::monthlyCents)
                        .bool(RunRow::releasedToday)
                        .bigint(row -> row.place() == null ? null : row.place().nasId())
                        .text(row -> row.place() == null ? null : row.place().nasName())
                        .text(row -> row.place() == null ? null : row.place().region())
                        .integer(RunRow::dueDay)
                        .constant(RunRow::outcome)
                        .constant(RunRow::dropReason)
                        .text(RunRow::dropDetail)
                        .arguments());
    }

    /** What guards say now takes the place of what they said before; what a person has approved stays approved. */
    public void raise(long runId, Collection<Objection> objections, Instant now) {
        var approved = sql.list(
                "select guard, scope from access_run_objection where run_id = ? and approved",
                row -> List.of(row.text("guard"), row.text("scope")),
                runId);
        sql.update("delete from access_run_objection where run_id = ?", runId);
        sql.batch("""
                insert into access_run_objection (run_id, guard, scope, why, raised_at, approved)
                values (?, ?, ?, ?, ?, ?)
                on conflict (run_id, guard, scope) do nothing
                """, objections, objection -> new @Nullable Object[] {
            runId,
            objection.guard(),
            objection.scope(),
            objection.why(),
            now,
            approved.contains(List.of(objection.guard(), objection.scope()))
        });
    }

    /** Money was not up to date when this run asked: the first run after deserves a look. */
    public void moneyWasStale(long runId, Instant now) {
        sql.update("update access_run set stale_money_at = ? where id = ?", now, runId);
    }

    /** Those that nobody has approved first. */
    public List<Raised> objections(long runId) {
        return sql.list(
                "select * from access_run_objection where run_id = ? order by approved, guard, scope",
                row -> new Raised(
                        new Objection(row.text("guard"), row.text("scope"), row.text("why")),
                        row.instant("raised_at"),
                        row.bool("approved")),
                runId);
    }

    /** The run, locked until the transaction ends. */
    public Optional<AccessRun> lock(long id) {
        sql.first("select 1 as one from access_run where id = ? for no key update", row -> true, id);
        return find(id);
    }

    /** Stops a run that is not committed whole until a second person approves. */
    public void awaitApproval(long id, String askedBy, Instant now) {
        sql.update("""
                update access_run
                   set version = version + 1, state = 'AWAITING_APPROVAL', asked_by = ?
                 where id = ? and state in ('PREVIEW', 'AWAITING_APPROVAL', 'COMMITTING')
                """, askedBy, id);
        outbox.run(id, "run.awaiting-approval", now);
    }

    /** All that guards have said so far is approved. */
    public void approve(long id, String by, Instant now, @Nullable String reason) {
        sql.update("update access_run_objection set approved = true where run_id = ?", id);
        sql.update("""
                update access_run
                   set version = version + 1, approved_by = ?, approved_at = ?, approval_reason = ?
                 where id = ?
                """, by, now, reason, id);
    }

    /** From preview, or from what was approved, to committing, unless it is expired; false then. */
    public boolean beginCommit(long id, Instant now, String by) {
        return sql.update("""
                        update access_run
                           set version = version + 1, state = 'COMMITTING',
                               commit_started_at = coalesce(commit_started_at, ?), committed_by = ?
                         where id = ? and state in ('PREVIEW', 'AWAITING_APPROVAL') and expires_at > ?
                        """, now, by, id, now) == 1;
    }

    public State state(long id) {
        return sql.first("select state from access_run where id = ?", row -> row.oneOf(State.class, "state"), id)
                .orElseThrow();
    }

    /** The state, which stays until this transaction ends: an abort waits. */
    public State holdState(long id) {
        return sql.first(
                        "select state from access_run where id = ? for share",
                        row -> row.oneOf(State.class, "state"),
                        id)
                .orElseThrow();
    }

    /** Ends a commit of which no row is left to be written; false when another has ended it. */
    public boolean endCommit(long id, Instant now) {
        return told(end(id, State.COMMITTED, "state = 'COMMITTING'", now), id, "run.committed", now);
    }

    /** Ends a run that is not committed whole; false when there is no such run any more. */
    public boolean abort(long id, Instant now) {
        return told(
                end(id, State.ABORTED, "state in ('PREVIEW', 'AWAITING_APPROVAL', 'COMMITTING')", now),
                id,
                "run.aborted",
                now);
    }

    private boolean told(boolean happened, long id, String kind, Instant now) {
        if (happened) {
            outbox.run(id, kind, now);
        }
        return happened;
    }

    private boolean end(long id, State state, String from, Instant now) {
        return sql.update(
                        "update access_run set version = version + 1, state = ?, ended_at = ? where id = ? and " + from,
                        state,
                        now,
                        id)
                == 1;
    }

    /** By contract, above one. */
    public List<RunRow> rows(long runId, long afterContractId, int limit) {
        return sql.list(
                "select * from access_run_row where run_id = ? and contract_id > ? order by contract_id limit ?",
                RunBook::row,
                runId,
                afterContractId,
                limit);
    }

    /** Contracts of rows that nobody has written yet, in the order of their ids. */
    public List<Long> pendingContracts(long runId, int limit) {
        return sql.list("""
                select contract_id from access_run_row
                 where run_id = ? and outcome = 'PENDING'
                 order by contract_id limit ?
                """, row -> row.bigint("contract_id"), runId, limit);
    }

    /** Rows of these contracts that nobody has written yet; the caller holds the contracts. */
    public List<RunRow> pending(long runId, Collection<Long> contractIds) {
        return sql.list("""
                select * from access_run_row
                 where run_id = ? and outcome = 'PENDING' and contract_id = any(?)
                 order by contract_id
                """, RunBook::row, runId, contractIds);
    }

    public void committed(long runId, Collection<Long> contractIds) {
        sql.update(
                "update access_run_row set outcome = 'COMMITTED' where run_id = ? and contract_id = any(?)",
                runId,
                contractIds);
    }

    /** A row that a commit leaves out, and why. */
    public record Drop(
            long contractId, DropReason reason, @Nullable String detail) {}

    public void dropped(long runId, Collection<Drop> drops) {
        if (drops.isEmpty()) {
            return;
        }
        sql.update(
                """
                update access_run_row w
                   set outcome = 'DROPPED', drop_reason = n.reason, drop_detail = n.detail
                  from unnest(?, ?, ?) as n (contract_id, reason, detail)
                 where w.run_id = ? and w.contract_id = n.contract_id
                """,
                RowColumns.of(drops)
                        .bigint(Drop::contractId)
                        .constant(Drop::reason)
                        .text(Drop::detail)
                        .before(runId));
    }

    /** Drops all that nobody has written yet; waits for batches under way. Answers how many rows. */
    public int dropPending(long runId, DropReason reason) {
        return sql.inTransaction(() -> {
            sql.first("select 1 from access_run where id = ? for no key update", row -> true, runId);
            return sql.update("""
                    update access_run_row set outcome = 'DROPPED', drop_reason = ?
                     where run_id = ? and outcome = 'PENDING'
                    """, reason, runId);
        });
    }

    /** What commitments stand of these contracts, kept beside the rows before the run takes their place. */
    public void keepPrior(long runId, Collection<Long> contractIds) {
        sql.updatePlannedAnew("""
                update access_run_row w
                   set prior_level = c.level, prior_committed_at = c.committed_at, prior_as_of = c.as_of,
                       prior_run_id = c.run_id, prior_erp_due_on = c.erp_due_on,
                       prior_receivables = c.receivable_ids
                  from commitment c
                 where w.run_id = ? and w.contract_id = any(?) and c.contract_id = w.contract_id
                """, runId, contractIds);
    }

    /** What this run's commitments took the place of, by contract; where there was none it is not in it. */
    public Map<Long, Prior> priors(long runId, Collection<Long> contractIds) {
        Map<Long, Prior> priors = new HashMap<>();
        sql.each(
                """
                select * from access_run_row
                 where run_id = ? and contract_id = any(?) and prior_level is not null
                """,
                row -> priors.put(
                        row.bigint("contract_id"),
                        new Prior(
                                new Commitment(
                                        row.oneOf(AccessLevel.class, "prior_level"),
                                        row.instant("prior_committed_at"),
                                        row.instant("prior_as_of"),
                                        Set.of(row.bigints("prior_receivables")),
                                        row.dayOrNull("prior_erp_due_on")),
                                row.bigintOrNull("prior_run_id"))),
                runId,
                contractIds);
        return priors;
    }

    /** @param runId of the run that made it, null for one that was adopted */
    public record Prior(Commitment commitment, @Nullable Long runId) {}

    /** From a run that is not committing to rolling back; false when it is neither committed nor aborted. */
    public boolean beginRollback(long id, Instant now, String by, String reason) {
        return sql.update("""
                        update access_run
                           set version = version + 1, state = 'ROLLING_BACK', rolled_back_by = ?, rolled_back_at = ?,
                               rollback_reason = ?
                         where id = ? and state in ('COMMITTED', 'ABORTED')
                        """, by, now, reason, id) == 1;
    }

    /** False when another has ended it. */
    public boolean endRollback(long id, Instant now) {
        int ended = sql.update(
                "update access_run set version = version + 1, state = 'ROLLED_BACK' where id = ? and state = 'ROLLING_BACK'",
                id);
        return told(ended == 1, id, "run.rolled-back", now);
    }

    /** Contracts whose rows this run has committed and not yet rolled back. */
    public List<Long> unrolled(long runId, int limit) {
        return sql.list("""
                select contract_id from access_run_row
                 where run_id = ? and outcome = 'COMMITTED' and rollback is null
                 order by contract_id limit ?
                """, row -> row.bigint("contract_id"), runId, limit);
    }

    /** @param lifted whether the run's commitment stood and was taken away */
    public void rolledBack(long runId, Collection<Long> contractIds, boolean lifted) {
        sql.update(
                "update access_run_row set rollback = ? where run_id = ? and contract_id = any(?)",
                lifted ? "LIFTED" : "GONE",
                runId,
                contractIds);
    }

    private static @Nullable Place place(Row row) throws SQLException {
        var nasId = row.bigintOrNull("nas_id");
        var region = row.textOrNull("region");
        return nasId == null && region == null ? null : new Place(nasId, row.textOrNull("nas_name"), region);
    }

    private static @Nullable Signature signature(Row row, String by, String at, String reason) throws SQLException {
        var when = row.instantOrNull(at);
        return when == null ? null : new Signature(row.text(by), when, row.textOrNull(reason));
    }

    private static AccessRun run(Row row) throws SQLException {
        return new AccessRun(
                row.bigint("id"),
                row.bigint("version"),
                row.oneOf(State.class, "state"),
                new RunScope(
                        row.bigintOrNull("scope_plan_id"),
                        row.bigintOrNull("scope_nas_id"),
                        row.textOrNull("scope_region")),
                row.instant("previewed_at"),
                row.instant("expires_at"),
                row.text("started_by"),
                row.textOrNull("asked_by"),
                row.instantOrNull("commit_started_at"),
                row.textOrNull("committed_by"),
                row.instantOrNull("ended_at"),
                signature(row, "approved_by", "approved_at", "approval_reason"),
                signature(row, "rolled_back_by", "rolled_back_at", "rollback_reason"),
                List.of(),
                new Totals(
                        row.integer("row_count"),
                        row.integer("reduced"),
                        row.integer("blocked"),
                        row.bigint("monthly_cents"),
                        row.integer("released_today"),
                        row.integer("since_last_run"),
                        row.integer("gone_since_last_run"),
                        row.integer("skipped"),
                        row.integer("pending"),
                        row.integer("committed"),
                        row.integer("dropped"),
                        row.integer("lifted")));
    }

    private static RunRow row(Row row) throws SQLException {
        return new RunRow(
                row.bigint("run_id"),
                row.bigint("contract_id"),
                row.oneOf(AccessLevel.class, "from_level"),
                row.oneOf(AccessLevel.class, "level"),
                row.integer("days_late"),
                row.day("late_since"),
                row.integer("threshold"),
                row.bool("renegotiated"),
                row.bigint("policy_id"),
                row.integer("policy_number"),
                row.bigint("monthly_cents"),
                row.bool("released_today"),
                place(row),
                row.integerOr("due_day", row.day("late_since").getDayOfMonth()),
                row.oneOf(Outcome.class, "outcome"),
                row.oneOfOrNull(DropReason.class, "drop_reason"),
                row.textOrNull("drop_detail"));
    }
}
