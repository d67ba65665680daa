package net.catraca.radius.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.store.Partitions.Kept;

/** Moves sessions that ended some days ago to the history, and drops the parts of tables that are no longer kept. */
final class SessionHistory implements Job {

    /** For late records: Nokia's buffer is 25 hours, a weekend with a broken link somewhat more. */
    static final Duration CLOSED_KEPT = Duration.ofDays(3);

    private static final Duration EVERY = Duration.ofMinutes(10);

    /** Rows of one transaction: a fraction of a second. */
    private static final int BATCH = 1_000;

    /** Of one run: three thousand hang up in a minute of an ISP of a million; the rest is for the next run. */
    private static final int BATCHES = 500;

    private final Sql sql;
    private final Partitions partitions;
    private final SessionSettings settings;

    SessionHistory(Sql sql, Partitions partitions, SessionSettings settings) {
        this.sql = sql;
        this.partitions = partitions;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "session-history";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(EVERY);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        partitions.makeAhead(at);
        int moved = moveClosed(at);
        int dropped = dropParts(at);
        sql.update("delete from nas_restart where at < ?", at.minus(CLOSED_KEPT));
        sql.update("delete from session_written where at < ?", at.minus(SessionBook.WRITTEN_KEPT));
        sql.update("delete from lock_violation where last_at < ?", at.minus(LockViolationBook.KEPT));
        return JobReport.of("moved", moved).and("parts-dropped", dropped);
    }

    private int dropParts(Instant now) {
        var today = Partitions.day(now);
        return partitions.dropBefore(Kept.SESSION_HISTORY, oldestSession(today))
                + partitions.dropBefore(
                        Kept.USAGE_DAILY,
                        YearMonth.from(today)
                                .minusMonths(settings.usageMonths())
                                .atDay(1))
                + partitions.dropBefore(Kept.ACCOUNTING_RECORD, today.minusDays(settings.recordDays()));
    }

    private LocalDate oldestSession(LocalDate today) {
        return YearMonth.from(today).minusMonths(settings.sessionMonths()).atDay(1);
    }

    private int moveClosed(Instant now) throws InterruptedException {
        int moved = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int some = sql.inTransaction(() -> moveSome(now));
            moved += some;
            if (some < BATCH) {
                break;
            }
        }
        return moved;
    }

    private int moveSome(Instant now) {
        var limit = now.minus(CLOSED_KEPT);
        var oldest = oldestSession(Partitions.day(now));
        var ends = sql.list("""
                select distinct (ended_at at time zone 'UTC')::date as day from session
                 where closed_at < ? order by 1
                """, row -> row.day("day"), limit);
        ends.stream().filter(day -> !day.isBefore(oldest)).forEach(day -> partitions.ensure(Kept.SESSION_HISTORY, day));
        return sql.first("""
                with gone as (
                    delete from session where id in (
                        select id from session where closed_at < ? order by closed_at limit ? for update skip locked)
                    returning *),
                kept as (
                    insert into session_history (
                        id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at, subscriber_id,
                        contract_id, calling_station_id, mac, called_station_id, circuit_id, remote_id, ipv4, ipv6,
                        ipv6_prefix, delegated_ipv6_prefix, input_octets, output_octets, input_packets, output_packets,
                        seconds, ended_at, end_cause, terminate_cause)
                    select id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at,
                           subscriber_id, contract_id, calling_station_id, mac, called_station_id, circuit_id,
                           remote_id, ipv4, ipv6, ipv6_prefix, delegated_ipv6_prefix, input_octets, output_octets,
                           input_packets, output_packets, seconds, ended_at, end_cause, terminate_cause
                      from gone where ended_at >= cast(? as date)::timestamp at time zone 'UTC'
                    on conflict do nothing returning 1)
                select (select count(*) from gone) as moved, (select count(*) from kept) as kept
                """, row -> row.integer("moved"), limit, BATCH, oldest).orElse(0);
    }
}
