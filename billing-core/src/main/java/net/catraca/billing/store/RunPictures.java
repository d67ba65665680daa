package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.run.RunPicture;
import net.catraca.billing.run.RunPicture.Cohort;
import net.catraca.billing.run.RunPicture.Scope;
import net.catraca.billing.run.RunPicture.ScopeKind;
import net.catraca.billing.run.RunPicture.Share;

/** Counts what a run would do, beside what there is and what is usual. */
@Singleton
public final class RunPictures {

    /**
     * Runs of the same day count together: one that was cut into small ones is as large as a whole one. Those that a
     * second person has approved were seen whole.
     */
    private static final Duration SAME_DAY = Duration.ofHours(20);

    /** What is usual is told by half a year. */
    private static final Duration USUAL = Duration.ofDays(200);

    private static final String OF_RUN = """
            select distinct w.contract_id
              from access_run_row w
              join access_run r on r.id = w.run_id
             where (w.run_id = ? and w.outcome in ('PENDING', 'COMMITTED'))
                or (r.commit_started_at > ? and r.approved_at is null
                    and w.outcome = 'COMMITTED' and w.rollback is distinct from 'LIFTED')
            """;

    /** Of the contracts that the query within tells of, each once. */
    private static final String SHARES = """
            with tightened as materialized (%s),
            placed as materialized (
                select l.nas_name, coalesce(l.region, c.region) as region, t.contract_id is not null as tightened
                  from contract c
                  left join contract_line l on l.contract_id = c.id
                  left join tightened t on t.contract_id = c.id
                 where c.status = 'ACTIVE')
            select 'ALL' as kind, '' as name, count(*) filter (where tightened)::integer as tightened,
                   count(*)::integer as contracts
              from placed
            union all
            select 'NAS', nas_name, count(*) filter (where tightened)::integer, count(*)::integer
              from placed where nas_name is not null group by nas_name
            union all
            select 'REGION', region, count(*) filter (where tightened)::integer, count(*)::integer
              from placed where region is not null group by region
            """;

    private static final String COHORTS = """
            with mine as (
                select s.kind, s.name, w.due_day, w.level, date_trunc('month', w.late_since) as month,
                       count(*)::integer as tightened
                  from access_run_row w
                 cross join lateral (values ('ALL', ''), ('NAS', w.nas_name), ('REGION', w.region)) s (kind, name)
                 where w.run_id = ? and w.outcome in ('PENDING', 'COMMITTED') and s.name is not null
                   and w.due_day is not null
                 group by 1, 2, 3, 4, 5),
            past as materialized (
                select s.kind, s.name, w.due_day, w.level, date_trunc('month', w.late_since) as month,
                       count(distinct w.contract_id) as tightened
                  from access_run_row w
                  join access_run r on r.id = w.run_id
                 cross join lateral (values ('ALL', ''), ('NAS', w.nas_name), ('REGION', w.region)) s (kind, name)
                 where w.run_id <> ? and w.outcome = 'COMMITTED' and w.rollback is distinct from 'LIFTED'
                   and r.previewed_at > ? and s.name is not null and w.due_day is not null
                 group by 1, 2, 3, 4, 5)
            select m.kind, m.name, m.due_day, m.level, m.tightened,
                   (select percentile_cont(0.5) within group (order by p.tightened)
                      from past p
                     where p.kind = m.kind and p.name = m.name and p.due_day = m.due_day and p.level = m.level
                       and p.month < m.month) as usual
              from mine m
             order by m.kind, m.name, m.due_day, m.level
            """;

    private final Sql sql;
    private final RunBook runs;

    RunPictures(Sql sql, RunBook runs) {
        this.sql = sql;
        this.runs = runs;
    }

    public RunPicture of(long runId, Instant now) {
        var shares = sql.list(SHARES.formatted(OF_RUN), RunPictures::share, runId, now.minus(SAME_DAY));
        var cohorts = sql.list(
                COHORTS,
                row -> new Cohort(
                        scope(row),
                        row.integer("due_day"),
                        row.text("level").toLowerCase(Locale.ROOT),
                        row.integer("tightened"),
                        row.decimalOrNull("usual")),
                runId,
                runId,
                now.minus(USUAL));
        return new RunPicture(
                runId, shares, cohorts, runs.lastCommittedFor(runId).orElse(null));
    }

    /**
     * How much of all, of each NAS and of each region some contracts are.
     *
     * @param contractIds each once
     */
    public List<Share> sharesOf(Collection<Long> contractIds) {
        return sql.list(SHARES.formatted("select unnest(?::bigint[]) as contract_id"), RunPictures::share, contractIds);
    }

    private static Share share(Row row) throws SQLException {
        return new Share(scope(row), row.integer("tightened"), row.integer("contracts"));
    }

    private static Scope scope(Row row) throws SQLException {
        return new Scope(row.oneOf(ScopeKind.class, "kind"), row.text("name"));
    }
}
