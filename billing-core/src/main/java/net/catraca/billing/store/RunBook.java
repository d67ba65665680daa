package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.AccessRun.Totals;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunRow.Outcome;
import org.jspecify.annotations.Nullable;

/** The tables {@code access_run} and {@code access_run_row}. */
@Singleton
public final class RunBook {

    private static final String SELECT = """
            select r.*, t.*
              from access_run r
             cross join lateral (
                   select count(*)::integer as row_count,
                          count(*) filter (where w.level = 'REDUCED')::integer as reduced,
                          count(*) filter (where w.level = 'BLOCKED')::integer as blocked,
                          coalesce(sum(w.monthly_cents), 0)::bigint as monthly_cents,
                          count(*) filter (where w.released_today)::integer as released_today,
                          count(*) filter (where not exists (
                              select 1 from access_run_row l
                               where l.run_id = r.last_run_id and l.contract_id = w.contract_id))::integer
                              as since_last_run,
                          count(*) filter (where w.outcome = 'PENDING')::integer as pending,
                          count(*) filter (where w.outcome = 'COMMITTED')::integer as committed,
                          count(*) filter (where w.outcome = 'DROPPED')::integer as dropped
                     from access_run_row w
                    where w.run_id = r.id) t
            """;

    private final Sql sql;

    RunBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<AccessRun> find(long id) {
        return sql.first(SELECT + " where r.id = ?", RunBook::run, id);
    }

    /** Newest first, below an id. */
    public List<AccessRun> page(long beforeId, int limit) {
        return sql.list(SELECT + " where r.id < ? order by r.id desc limit ?", RunBook::run, beforeId, limit);
    }

    /** Ids of runs whose commit has begun and not ended, oldest first. */
    public List<Long> committing() {
        return sql.list("select id from access_run where state = 'COMMITTING' order by id", row -> row.bigint("id"));
    }

    /** A preview without rows yet; it is compared with the last committed run of the same scope. */
    public long insert(@Nullable Long scopePlanId, Instant now, Instant expiresAt, String by) {
        return sql.first("""
                        insert into access_run (state, scope_plan_id, previewed_at, expires_at, started_by, last_run_id)
                        select 'PREVIEW', s.plan_id, ?, ?, ?,
                               (select max(id) from access_run
                                 where state = 'COMMITTED' and scope_plan_id is not distinct from s.plan_id)
                          from (select ?::bigint as plan_id) s
                        returning id
                        """, row -> row.bigint("id"), now, expiresAt, by, scopePlanId)
                .orElseThrow();
    }

    public void insertRows(Collection<RunRow> rows) {
        sql.batch("""
                insert into access_run_row (
                    run_id, contract_id, from_level, level, days_late, late_since, threshold, renegotiated, policy_id,
                    policy_number, monthly_cents, released_today)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, rows, row -> new @Nullable Object[] {
            row.runId(),
            row.contractId(),
            row.fromLevel(),
            row.level(),
            row.daysLate(),
            row.lateSince(),
            row.threshold(),
            row.renegotiated(),
            row.policyId(),
            row.policyVersion(),
            row.monthlyCents(),
            row.releasedToday()
        });
    }

    /** From preview to committing, unless it is expired or no preview; false then. */
    public boolean beginCommit(long id, Instant now, String by) {
        return sql.update("""
                        update access_run
                           set version = version + 1, state = 'COMMITTING', commit_started_at = ?, committed_by = ?
                         where id = ? and state = 'PREVIEW' and expires_at > ?
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
        return end(id, State.COMMITTED, "state = 'COMMITTING'", now);
    }

    /** Ends a run that is not committed whole; false when there is no such run any more. */
    public boolean abort(long id, Instant now) {
        return end(id, State.ABORTED, "state in ('PREVIEW', 'COMMITTING')", now);
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
        sql.batch("""
                update access_run_row
                   set outcome = 'DROPPED', drop_reason = ?, drop_detail = ?
                 where run_id = ? and contract_id = ?
                """, drops, drop -> new @Nullable Object[] {drop.reason(), drop.detail(), runId, drop.contractId()});
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

    private static AccessRun run(Row row) throws SQLException {
        return new AccessRun(
                row.bigint("id"),
                row.bigint("version"),
                row.oneOf(State.class, "state"),
                row.bigintOrNull("scope_plan_id"),
                row.instant("previewed_at"),
                row.instant("expires_at"),
                row.text("started_by"),
                row.instantOrNull("commit_started_at"),
                row.textOrNull("committed_by"),
                row.instantOrNull("ended_at"),
                new Totals(
                        row.integer("row_count"),
                        row.integer("reduced"),
                        row.integer("blocked"),
                        row.bigint("monthly_cents"),
                        row.integer("released_today"),
                        row.integer("since_last_run"),
                        row.integer("pending"),
                        row.integer("committed"),
                        row.integer("dropped")));
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
                row.oneOf(Outcome.class, "outcome"),
                row.oneOfOrNull(DropReason.class, "drop_reason"),
                row.textOrNull("drop_detail"));
    }
}
