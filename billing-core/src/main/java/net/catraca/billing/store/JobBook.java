package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobRun;
import net.catraca.billing.job.JobRun.Outcome;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.job.JobStanding.Pause;
import org.jspecify.annotations.Nullable;

/** The tables {@code job} and {@code job_run}: how jobs stand, and what came of their runs. */
@Singleton
public final class JobBook {

    /** Of each job; quiet runs are kept once, so these are runs with something to tell. */
    public static final int KEPT_RUNS = 200;

    private static final int MOST_ERROR_CHARACTERS = 500;

    private static final String STANDING = """
            select j.*, t.execution_time, t.picked,
                   r.id, r.job, r.node, r.begun_at, r.ended_at, r.triggered_by as run_triggered_by, r.outcome,
                   r.count_names, r.counts, r.waits_for, r.error
              from job j
              left join scheduled_tasks t on t.task_name = j.name and t.task_instance = '%s'
              left join lateral (select * from job_run r where r.job = j.name order by r.id desc limit 1) r on true
            """.formatted(JobQueue.INSTANCE);

    private final Sql sql;

    JobBook(Sql sql) {
        this.sql = sql;
    }

    /** Those that have a row, by name. */
    public List<JobStanding> standings() {
        return sql.list(STANDING + " order by j.name", JobBook::standing);
    }

    public Optional<JobStanding> find(String name) {
        return sql.first(STANDING + " where j.name = ?", JobBook::standing, name);
    }

    /** Locked until the transaction ends, with what is planned; made when missing. */
    public JobStanding lock(String name) {
        sql.update("insert into job (name) values (?) on conflict do nothing", name);
        sql.list("select name from job where name = ? for no key update", row -> row.text("name"), name);
        sql.list(
                "select task_name from scheduled_tasks where task_name = ? for update",
                row -> row.text("task_name"),
                name);
        return find(name).orElseThrow();
    }

    public void trigger(String name, String by, Instant at) {
        sql.update("update job set triggered_at = ?, triggered_by = ? where name = ?", at, by, name);
    }

    /** @param pause null to go on */
    public void pause(String name, @Nullable Pause pause) {
        sql.update(
                "update job set paused_at = ?, paused_by = ?, pause_reason = ? where name = ?",
                pause == null ? null : pause.at(),
                pause == null ? null : pause.by(),
                pause == null ? null : pause.reason(),
                name);
    }

    /** Begins a run; what was asked for by hand is thereby begun. Answers its id. */
    public long begin(String name, int node, @Nullable String triggeredBy, Instant now) {
        sql.update("update job set triggered_at = null, triggered_by = null where name = ?", name);
        return sql.first("""
                        insert into job_run (job, node, begun_at, triggered_by, outcome) values (?, ?, ?, ?, 'RUNNING')
                        returning id
                        """, row -> row.bigint("id"), name, node, now, triggeredBy)
                .orElseThrow();
    }

    /** Runs that nobody will end, for somebody else has taken the job. Answers how many; each is a failure. */
    public int lose(String name, Instant now) {
        int lost = sql.update("""
                update job_run set outcome = 'LOST', ended_at = ?,
                       error = 'its node was killed, or lost the database for long'
                 where job = ? and outcome = 'RUNNING'
                """, now, name);
        sql.update("update job set failures = failures + ? where name = ?", lost, name);
        return lost;
    }

    /**
     * Ends a run.
     *
     * @param error in words, or null
     */
    public void end(String name, long runId, Outcome outcome, JobReport report, @Nullable String error, Instant now) {
        sql.update(
                "update job_run set outcome = ?, ended_at = ?, count_names = ?, counts = ?, waits_for = ?, error = ?"
                        + " where id = ?",
                outcome,
                now,
                report.counts().keySet().toArray(String[]::new),
                report.counts().values().stream().mapToLong(count -> count).toArray(),
                cut(report.waitsFor()),
                cut(error),
                runId);
        switch (outcome) {
            case DONE -> sql.update("""
                        update job set failures = 0, last_success_at = (select begun_at from job_run where id = ?)
                         where name = ?
                        """, runId, name);
            case FAILED, LOST -> sql.update("update job set failures = failures + 1 where name = ?", name);
            case STOPPED, RUNNING -> {}
        }
        forgetBefore(name, runId);
    }

    private static @Nullable String cut(@Nullable String words) {
        return words == null ? null : words.substring(0, Math.min(words.length(), MOST_ERROR_CHARACTERS));
    }

    /** Of quiet runs the last one tells all; of the others there is a bound. */
    private void forgetBefore(String name, long runId) {
        sql.update("""
                delete from job_run where job = ? and id < ? and outcome = 'DONE' and triggered_by is null
                   and 0 = all (counts)
                """, name, runId);
        sql.update("""
                delete from job_run where job = ? and id <= (
                    select id from job_run where job = ? order by id desc offset ? limit 1)
                """, name, name, KEPT_RUNS);
    }

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    public List<JobRun> runs(String name, long beforeId, int limit) {
        return sql.list("""
                select r.*, r.triggered_by as run_triggered_by from job_run r
                 where r.job = ? and r.id < ? order by r.id desc limit ?
                """, JobBook::run, name, beforeId, limit);
    }

    private static JobStanding standing(Row row) throws SQLException {
        var pausedAt = row.instantOrNull("paused_at");
        return new JobStanding(
                row.text("name"),
                row.integer("failures"),
                row.instantOrNull("last_success_at"),
                row.instantOrNull("execution_time"),
                row.bool("picked"),
                row.textOrNull("triggered_by"),
                pausedAt == null ? null : new Pause(pausedAt, row.text("paused_by"), row.text("pause_reason")),
                row.bigintOrNull("id") == null ? null : run(row));
    }

    private static JobRun run(Row row) throws SQLException {
        return new JobRun(
                row.bigint("id"),
                row.text("job"),
                row.integer("node"),
                row.instant("begun_at"),
                row.instantOrNull("ended_at"),
                row.textOrNull("run_triggered_by"),
                row.oneOf(Outcome.class, "outcome"),
                report(row.texts("count_names"), row.bigints("counts")).waitingFor(row.textOrNull("waits_for")),
                row.textOrNull("error"));
    }

    private static JobReport report(List<String> names, Long[] counts) {
        var report = JobReport.NOTHING;
        for (int i = 0; i < counts.length; i++) {
            report = report.and(names.get(i), counts[i]);
        }
        return report;
    }
}
