package net.catraca.radius.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the sessions that PostgreSQL knows into memory, follows what other nodes write, and does the upkeep, on one
 * thread. While the database is away memory goes on with what arrives here.
 *
 * <p>As with the change feed, rows are read by the transaction that wrote them: from the oldest one on that had not ended
 * at the last reading. Reading a row twice does no harm.
 */
public final class SessionFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SessionFollower.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration UPKEEP = Duration.ofMinutes(1);
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);
    /** Memory keeps closed ones that long. */
    private static final Duration CLOSED_LOADED = Duration.ofHours(6);

    /** What others wrote may have been forgotten after that: half its time, for clocks of nodes may differ. */
    private static final Duration LONGEST_ABSENCE = SessionBook.WRITTEN_KEPT.dividedBy(2);

    private static final int STOP_SECONDS = 2;
    /** Rows that are put over memory at once. */
    private static final int AT_ONCE = 500;

    private final Sql sql;
    private final SessionBook book;
    private final SessionTable table;
    private final SessionUpkeep upkeep;
    private final SessionSettings settings;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("session-follower").daemon().factory());

    // Of the thread only.
    private long low = -1;
    private @Nullable Instant followedAt;
    private Instant upkeptAt = Instant.EPOCH;
    private Instant saidAwayAt = Instant.EPOCH;
    private boolean isAway;

    SessionFollower(
            Sql sql,
            SessionBook book,
            SessionTable table,
            SessionUpkeep upkeep,
            SessionSettings settings,
            Clock clock) {
        this.sql = sql;
        this.book = book;
        this.table = table;
        this.upkeep = upkeep;
        this.settings = settings;
        this.clock = clock;
    }

    /** Begins; returns at once. */
    public void start() {
        var _ = thread.scheduleWithFixedDelay(this::step, 0, POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void step() {
        try {
            follow();
            keepUp();
            back();
        } catch (RuntimeException failed) {
            away(failed);
        }
    }

    void follow() {
        if (low < 0) {
            // Rows are put over what the journal tells, not the other way round.
            if (!table.isReplaying()) {
                load();
            }
            return;
        }
        var now = clock.instant();
        if (followedAt != null && followedAt.plus(LONGEST_ABSENCE).isBefore(now)) {
            log.warn("what other nodes wrote was last read at {}; reading all sessions anew", followedAt);
            low = -1;
            return;
        }
        var rows = book.writtenByOthers(low, settings.node());
        long next = rows.getFirst().xid();
        if (next < low) {
            log.warn("the database is not where it was (a restore?); reading its sessions anew");
            low = -1;
            return;
        }
        var sessions = new ArrayList<Session>();
        for (var row : rows) {
            if (row.session() != null) {
                sessions.add(row.session());
            }
        }
        table.put(sessions);
        // After the rows: whatever had not ended when they were read is read again from there.
        putRestarts(book.restartsWritten(low));
        low = next;
        followedAt = now;
    }

    private void load() {
        var now = clock.instant();
        // What was live when it was last followed may have closed at any time since.
        var closedSince = (followedAt == null ? now : followedAt).minus(CLOSED_LOADED);
        long from = sql.readingOneSnapshot(() -> {
            long oldest = book.oldestTransaction();
            long delivered = book.delivered(settings.node());
            table.delivered(delivered);
            putRestarts(book.restarts());
            Set<Long> rows = new HashSet<>();
            var some = new ArrayList<Session>();
            book.eachKnown(closedSince, session -> {
                some.add(session);
                rows.add(session.id());
                if (some.size() == AT_ONCE) {
                    table.put(some);
                    some.clear();
                }
            });
            table.put(some);
            table.settle(rows, delivered);
            return oldest;
        });
        low = from;
        followedAt = now;
        table.loaded();
        log.info("{} sessions live", table.size());
    }

    private void putRestarts(List<SessionBook.Restart> found) {
        Map<Long, List<Instant>> restarts = new HashMap<>();
        found.forEach(restart -> restarts.computeIfAbsent(restart.nasId(), _ -> new ArrayList<>())
                .add(restart.at()));
        restarts.forEach(table::putRestarts);
    }

    private void keepUp() {
        var now = clock.instant();
        if (!upkeptAt.plus(UPKEEP).isAfter(now)) {
            upkeep.run(now);
            upkeptAt = now;
        } else {
            upkeep.writePendingEnds(now);
        }
    }

    private void back() {
        if (isAway) {
            isAway = false;
            log.info("sessions of other nodes are followed again");
        }
    }

    private void away(RuntimeException failed) {
        var now = clock.instant();
        if (!isAway || !saidAwayAt.plus(SAY_AGAIN).isAfter(now)) {
            saidAwayAt = now;
            log.warn(
                    "sessions of other nodes cannot be read ({}); those of this node go on from memory; trying again",
                    String.valueOf(failed.getMessage()).lines().findFirst().orElse(""));
            log.debug("the session follower failed", failed);
        }
        isAway = true;
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the session follower is in the middle of a step; going on without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
