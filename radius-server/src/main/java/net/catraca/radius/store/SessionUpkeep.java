package net.catraca.radius.store;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.session.SessionRules;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.Partitions.Kept;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be done to sessions now and then: parts made ahead and dropped after their time, ends that were inferred
 * written, silent sessions closed, closed ones moved to the history. Several nodes may do it at once. One thread at a
 * time.
 */
public final class SessionUpkeep {

    private static final Logger log = LoggerFactory.getLogger(SessionUpkeep.class);

    /** For late records: Nokia's buffer is 25 hours, a weekend with a broken link somewhat more. */
    static final Duration CLOSED_KEPT = Duration.ofDays(3);

    /** Rows of one transaction: a fraction of a second. */
    private static final int BATCH = 1_000;

    /** Of one run, so that the next step gets its turn; the rest is for the next run. */
    private static final int BATCHES = 50;

    private static final int DAYS_AHEAD = 3;

    /** Between two runs that far apart nobody can say what was heard. */
    private static final Duration LONGEST_GAP = Duration.ofMinutes(5);

    /** What an interim may be late without being missed. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Sql sql;
    private final SessionBook book;
    private final Partitions partitions;
    private final SessionTable table;
    private final SessionSettings settings;
    private volatile long setAside;

    private @Nullable Instant ranAt;
    private Instant hearingSince = Instant.MAX;

    SessionUpkeep(Sql sql, SessionBook book, Partitions partitions, SessionTable table, SessionSettings settings) {
        this.sql = sql;
        this.book = book;
        this.partitions = partitions;
        this.table = table;
        this.settings = settings;
    }

    /**
     * What was done.
     *
     * @param stale sessions closed because too many interims did not come
     * @param moved to the history
     * @param dropped parts of tables
     */
    public record Done(int stale, int moved, int dropped) {}

    /**
     * Does what is due.
     *
     * @throws RuntimeException when the database does not take it; whatever was done is done
     */
    public synchronized Done run(Instant now) {
        makeParts(now);
        if (ranAt == null || ranAt.plus(LONGEST_GAP).isBefore(now)) {
            // An outage of ours is no silence of theirs: sessions get all their interims' time anew.
            hearingSince = now;
        }
        writePendingEnds(now);
        int stale = closeStale(now);
        int moved = moveClosed(now);
        int dropped = dropParts(now);
        sql.update("delete from nas_restart where at < ?", now.minus(CLOSED_KEPT));
        sql.update("delete from lock_violation where last_at < ?", now.minus(LockViolationBook.KEPT));
        setAside = sql.first("select count(*) as number from accounting_set_aside", row -> row.bigint("number"))
                .orElse(0L);
        ranAt = now;
        if (stale + dropped > 0) {
            log.info("sessions: {} closed as stale, {} moved to the history, {} parts dropped", stale, moved, dropped);
        }
        return new Done(stale, moved, dropped);
    }

    /** Accounting records that wait for a person, as of the last run. */
    public long setAside() {
        return setAside;
    }

    /** Parts for what is written from now on: at least they must be there before anything is delivered. */
    public void makeParts(Instant now) {
        var today = Partitions.day(now);
        sql.inTransaction(() -> {
            for (int day = -1; day <= DAYS_AHEAD; day++) {
                partitions.ensure(Kept.ACCOUNTING_RECORD, today.plusDays(day));
            }
            for (int month = -1; month <= 1; month++) {
                partitions.ensure(Kept.USAGE_DAILY, today.plusMonths(month));
                partitions.ensure(Kept.SESSION_HISTORY, today.plusMonths(month));
            }
            return true;
        });
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

    // Ends that nobody reported.

    /** Writes the ends that {@link SessionTable#end} was told of. */
    public synchronized void writePendingEnds(Instant now) {
        var pending = new ArrayList<>(table.pendingEnds().entrySet());
        for (int from = 0; from < pending.size(); from += BATCH) {
            writeEnds(pending.subList(from, Math.min(pending.size(), from + BATCH)), now);
        }
    }

    private void writeEnds(List<Map.Entry<Long, SessionEnd>> pending, Instant now) {
        var ids = pending.stream().mapToLong(Map.Entry::getKey).toArray();
        var rows = sql.inTransaction(() -> {
            var ended = new ArrayList<Session>();
            var settled = new ArrayList<Session>();
            for (var session : book.lock(ids)) {
                var how = table.pendingEnds().get(session.id());
                if (how != null && session.isLive() && !session.lastEventAt().isAfter(how.at())) {
                    ended.add(SessionRules.infer(session, how));
                } else {
                    settled.add(session);
                }
            }
            book.write(ended, settings.node(), now);
            settled.addAll(ended);
            return settled;
        });
        table.put(rows);
        settle(pending, rows, now);
    }

    /** A session that has not been delivered yet gets its end later, but not for ever. */
    private void settle(List<Map.Entry<Long, SessionEnd>> pending, List<Session> rows, Instant now) {
        for (var end : pending) {
            boolean isThere = rows.stream().anyMatch(row -> row.id() == end.getKey());
            if (isThere || end.getValue().at().isBefore(now.minus(CLOSED_KEPT))) {
                table.endSettled(end.getKey(), end.getValue());
            }
        }
    }

    /**
     * A session ends where it was last heard of when so many interims in a row did not come. Only where any are sent: by
     * the session itself, or, before its first one was due, by another session of its NAS.
     */
    private int closeStale(Instant now) {
        int closed = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            var rows = sql.inTransaction(() -> staleOnes(now));
            table.put(rows);
            closed += rows.size();
            if (rows.size() < BATCH) {
                break;
            }
        }
        return closed;
    }

    private List<Session> staleOnes(Instant now) {
        var ids = sql.list(
                """
                select s.id from session s
                 where s.ended_at is null and s.interim_seconds > 0
                   and greatest(s.last_heard_at, ?) + make_interval(secs => s.interim_seconds * ? + ?) < ?
                   and (s.interim_heard
                        or exists (select 1 from session o where o.nas_id = s.nas_id and o.interim_heard))
                 order by s.id limit ?
                   for update skip locked
                """,
                row -> row.bigint("id"),
                hearingSince,
                settings.missedInterims(),
                Math.toIntExact(SLACK.toSeconds()),
                now,
                BATCH);
        var ended = new ArrayList<Session>();
        for (var session : book.lock(ids.stream().mapToLong(id -> id).toArray())) {
            // What this node has heard since lies in its journal.
            var known = table.byId(session.id());
            if (known == null || !known.lastHeardAt().isAfter(session.lastHeardAt())) {
                ended.add(SessionRules.infer(session, new SessionEnd(session.lastEventAt(), Cause.STALE, null)));
            }
        }
        book.write(ended, settings.node(), now);
        return ended;
    }

    // The history.

    private int moveClosed(Instant now) {
        int moved = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
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
