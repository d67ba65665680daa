package net.catraca.radius.store;

import java.time.Duration;
import java.time.Instant;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each node must do to sessions now and then, for it depends on what that node has heard: ends that were inferred
 * written, silent sessions closed; and parts of tables made ahead. Several nodes may do it at once. One thread at a time.
 *
 * @see SessionHistory
 */
public final class SessionUpkeep {

    private static final Logger log = LoggerFactory.getLogger(SessionUpkeep.class);

    /** Rows of one transaction: a fraction of a second. */
    private static final int BATCH = 1_000;

    /** Of one run, so that the next step gets its turn; the rest is for the next run. */
    private static final int BATCHES = 50;

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
     * Does what is due.
     *
     * @return how many sessions were closed because too many interims did not come
     * @throws RuntimeException when the database does not take it; whatever was done is done
     */
    public synchronized int run(Instant now) {
        makeParts(now);
        if (ranAt == null || ranAt.plus(LONGEST_GAP).isBefore(now)) {
            // An outage of ours is no silence of theirs: sessions get all their interims' time anew.
            hearingSince = now;
        }
        writePendingEnds(now);
        int stale = closeStale(now);
        setAside = sql.first("select count(*) as number from accounting_set_aside", row -> row.bigint("number"))
                .orElse(0L);
        ranAt = now;
        if (stale > 0) {
            log.info("sessions: {} closed as stale", stale);
        }
        return stale;
    }

    /** Accounting records that wait for a person, as of the last run. */
    public long setAside() {
        return setAside;
    }

    /** Parts for what is written from now on: at least they must be there before anything is delivered. */
    public void makeParts(Instant now) {
        partitions.makeAhead(now);
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
            if (isThere || end.getValue().at().isBefore(now.minus(SessionHistory.CLOSED_KEPT))) {
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
}
