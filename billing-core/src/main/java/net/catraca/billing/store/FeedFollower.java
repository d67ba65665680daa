package net.catraca.billing.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is in memory equal to the database: loads it whole, then follows the change feed on a thread of its own.
 * While the database is away it goes on trying; memory goes on serving, and what it holds is no longer fresh.
 *
 * <p>Each poll reads, in one statement, the entries of all transactions that may not have been visible before (xid ≥
 * low) together with the oldest transaction still running, which is the next low. Following ids instead would lose the
 * entry of a transaction that took its id early and commits late.
 */
@Singleton
public final class FeedFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FeedFollower.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration STILL_AWAY_EVERY = Duration.ofMinutes(1);

    /** A poll takes milliseconds: after this the connection is taken for dead (a host that vanished says nothing). */
    private static final int NETWORK_TIMEOUT_MILLIS = 10_000;

    /** Entries removed in one statement, so that it ends within a poll's time. */
    private static final int CLEANED_AT_ONCE = 5_000;

    private static final String POLL = """
            select s.xmin, s.snapshot, s.timeline, s.clock, f.id, f.xid::text::bigint as xid, f.kind, f.key
              from (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xmin,
                           pg_current_snapshot()::text as snapshot,
                           (select system_identifier from pg_control_system())
                               || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline,
                           clock_timestamp() as clock) s
              left join feed f
                on f.xid >= cast(? as text)::xid8
               and (cast(? as text) is null or not pg_visible_in_snapshot(f.xid, cast(? as text)::pg_snapshot))
             order by f.id
            """;

    private final DataSource dataSource;
    private final Sql sql;
    private final List<FeedListener> listeners;
    private final Clock clock;
    private final FeedSettings settings;
    private final @Nullable Migrations migrations;

    private volatile Status status;
    private volatile boolean closed;
    private @Nullable Thread thread;

    // Of the follower's thread only.
    private @Nullable FeedPosition position;
    /** Zero while all is well. */
    private Duration backoff = Duration.ZERO;

    private Instant awaySince = Instant.EPOCH;
    private Instant saidAwayAt = Instant.EPOCH;
    private @Nullable Instant cleanedAt;
    private long cleanBelow;

    /**
     * One connection of the pool stays with the follower.
     *
     * @param migrations done before everything is read, or null where the tables are in order anyway
     * @param meters where its lag shows, or null. It is no MeterBinder: a registry makes its binders before the data
     *     source, which the follower needs.
     * @param pools finds the pool behind Micronaut's data source, whose connections belong to transactions
     */
    FeedFollower(
            DataSource dataSource,
            DataSourceResolver pools,
            Sql sql,
            List<FeedListener> listeners,
            Clock clock,
            FeedSettings settings,
            @Nullable Migrations migrations,
            @Nullable MeterRegistry meters) {
        this.dataSource = pools.resolve(dataSource);
        this.sql = sql;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
        this.settings = settings;
        this.migrations = migrations;
        this.status = new Status(State.CONNECTING, clock.instant(), null, false);
        if (meters != null) {
            register(meters);
        }
    }

    public enum State {
        /** Not yet connected since the start. */
        CONNECTING,
        /** Connected, and reading everything. */
        LOADING,
        FOLLOWING,
        /** The database does not answer, or not as it should. */
        AWAY
    }

    /**
     * @param since when this state began
     * @param polledAt when the last successful poll began: all that was committed before is known. Null before the
     *     first load
     * @param clocksDisagree whether the database's clock is so far from ours that nothing may tighten
     */
    public record Status(
            State state, Instant since, @Nullable Instant polledAt, boolean clocksDisagree) {

        /** Time for which nothing has been heard. */
        public Duration lag(Instant now) {
            return Duration.between(polledAt == null ? since : polledAt, now);
        }
    }

    public Status status() {
        return status;
    }

    /** Begins to load and follow; returns at once. */
    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().name("feed-follower").daemon().start(this::followForEver);
        }
    }

    /** Stops following; memory stays as it is. */
    @Override
    @PreDestroy
    public synchronized void close() {
        closed = true;
        var running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void register(MeterRegistry registry) {
        Gauge.builder("catraca.feed.lag", () -> status.lag(clock.instant()).toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("Time since the change feed was last read")
                .register(registry);
        Gauge.builder("catraca.database.up", () -> isThere() ? 1 : 0)
                .description("1 while PostgreSQL answers, 0 while it is away and routers are answered from memory")
                .register(registry);
        Gauge.builder("catraca.feed.following", () -> status.state() == State.FOLLOWING ? 1 : 0)
                .description("1 while the change feed is followed, 0 while it is loaded or the database is away")
                .register(registry);
    }

    private boolean isThere() {
        return status.state() == State.FOLLOWING || status.state() == State.LOADING;
    }

    private void followForEver() {
        while (!closed) {
            try {
                follow();
            } catch (SQLException | RuntimeException e) {
                if (closed) {
                    return;
                }
                away(e);
            }
        }
    }

    /** Says so once and then every minute, and waits, longer each time. */
    private void away(Exception e) {
        var now = clock.instant();
        boolean isNews = backoff.isZero();
        backoff = isNews ? FIRST_BACKOFF : longer(backoff);
        status = new Status(State.AWAY, isNews ? now : awaySince, status.polledAt(), status.clocksDisagree());
        awaySince = status.since();
        if (isNews || !saidAwayAt.plus(STILL_AWAY_EVERY).isAfter(now)) {
            saidAwayAt = now;
            log.warn(
                    "database away since {} ({}); answers go on from memory and nothing tightens by the clock; "
                            + "trying again in {} ms",
                    awaySince,
                    reason(e),
                    backoff.toMillis());
            if (!(e instanceof SQLException || e.getCause() instanceof SQLException)) {
                log.error("the change feed could not be applied", e);
            }
        }
        pause(backoff);
    }

    private Duration longer(Duration before) {
        var twice = before.multipliedBy(2);
        return twice.compareTo(settings.longestBackoff()) > 0 ? settings.longestBackoff() : twice;
    }

    private static String reason(Exception e) {
        var message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            // Only close() interrupts, and has said so in "closed".
            Thread.currentThread().interrupt();
        }
    }

    /** Until something fails or close() is called. */
    private void follow() throws SQLException {
        try (var connection = dataSource.getConnection()) {
            connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
            connection.setAutoCommit(true);
            try (var statement = connection.createStatement()) {
                statement.execute("listen " + Feed.RELIEF_CHANNEL);
            }
            var news = connection.unwrap(PGConnection.class);
            String seen = null;
            while (!closed) {
                seen = position == null ? load() : poll(connection, position, seen);
                if (position != null) {
                    cleanUp(connection);
                    news.getNotifications(Math.toIntExact(settings.poll().toMillis()));
                }
            }
            try (var statement = connection.createStatement()) {
                statement.execute("unlisten *");
            }
        }
    }

    /** Reads everything within one snapshot, which also tells where to follow from. */
    private @Nullable String load() {
        if (migrations != null) {
            // At a return it may be an older release's, or one restored from a backup.
            migrations.migrate();
        }
        if (status.state() != State.LOADING) {
            status = new Status(State.LOADING, clock.instant(), status.polledAt(), status.clocksDisagree());
        }
        var asOf = clock.instant();
        position = sql.readingOneSnapshot(() -> {
            var start = sql.first("""
                            select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xmin,
                                   (select system_identifier from pg_control_system())
                                       || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline
                            """, row -> new FeedPosition(row.text("timeline"), row.bigint("xmin")))
                    .orElseThrow();
            listeners.forEach(listener -> listener.loadAll(asOf));
            return start;
        });
        status = new Status(State.LOADING, status.since(), asOf, status.clocksDisagree());
        return null;
    }

    private record Entry(long id, long xid, Feed.Kind kind, long key) {}

    private record Poll(String timeline, long xmin, String snapshot, Instant clock, List<Entry> entries) {}

    /**
     * @param seen the snapshot of the last poll on this connection: what it saw was applied and need not come again.
     *     Null for the first; then ids tell
     * @return the snapshot of this one
     */
    private @Nullable String poll(Connection connection, FeedPosition from, @Nullable String seen) throws SQLException {
        var began = clock.instant();
        if (wasAwayTooLong(began)) {
            log.warn("the change feed was not read since {}; reading everything anew", status.polledAt());
            position = null;
            return null;
        }
        var poll = read(connection, from.low(), seen);
        if (from.isOfAnotherHistory(poll.timeline(), poll.xmin()) || (from.hasForgotten() && seen == null)) {
            log.warn(
                    "the database is not where it was (fail-over, restore or a long absence); reading everything anew");
            position = null;
            return null;
        }
        apply(from, poll);
        from.advance(poll.xmin());
        followed(began, poll.clock());
        return poll.snapshot();
    }

    private boolean wasAwayTooLong(Instant now) {
        var polledAt = status.polledAt();
        // Half, for entries are dated when their transaction began to write, and clocks of nodes differ.
        return polledAt != null
                && Duration.between(polledAt, now)
                                .compareTo(settings.retention().dividedBy(2))
                        > 0;
    }

    private static Poll read(Connection connection, long low, @Nullable String seen) throws SQLException {
        try (var statement = connection.prepareStatement(POLL)) {
            statement.setString(1, Long.toString(low));
            statement.setString(2, seen);
            statement.setString(3, seen);
            try (var result = statement.executeQuery()) {
                result.next();
                var head = new Poll(
                        result.getString("timeline"),
                        result.getLong("xmin"),
                        result.getString("snapshot"),
                        result.getObject("clock", OffsetDateTime.class).toInstant(),
                        new ArrayList<>());
                do {
                    addEntry(result, head.entries());
                } while (result.next());
                return head;
            }
        }
    }

    private static void addEntry(ResultSet result, List<Entry> entries) throws SQLException {
        long id = result.getLong("id");
        if (!result.wasNull()) { // without entries the left join gives one row of nulls
            entries.add(new Entry(
                    id, result.getLong("xid"), Feed.Kind.valueOf(result.getString("kind")), result.getLong("key")));
        }
    }

    private void apply(FeedPosition from, Poll poll) {
        var news =
                poll.entries().stream().filter(entry -> from.isNew(entry.id())).toList();
        if (news.isEmpty()) {
            return;
        }
        Map<Feed.Kind, Set<Long>> changed = new EnumMap<>(Feed.Kind.class);
        for (var entry : news) {
            changed.computeIfAbsent(entry.kind(), kind -> new TreeSet<>()).add(entry.key());
        }
        sql.readingOneSnapshot(() -> {
            listeners.forEach(listener -> tell(listener, changed));
            return true;
        });
        news.forEach(entry -> from.applied(entry.id(), entry.xid()));
    }

    private static void tell(FeedListener listener, Map<Feed.Kind, Set<Long>> changed) {
        Map<Feed.Kind, Set<Long>> wanted = new EnumMap<>(Feed.Kind.class);
        wanted.putAll(changed);
        wanted.keySet().retainAll(listener.kinds());
        if (!wanted.isEmpty()) {
            listener.reload(wanted);
        }
    }

    private void followed(Instant began, Instant databaseClock) {
        boolean disagree = disagree(began, databaseClock, clock.instant());
        if (disagree && !status.clocksDisagree()) {
            log.error(
                    "the database's clock says {}, ours says {}; nothing tightens by the clock until they agree",
                    databaseClock,
                    began);
        } else if (!disagree && status.clocksDisagree()) {
            log.info("the clocks agree again");
        }
        if (!backoff.isZero()) {
            backoff = Duration.ZERO;
            log.info("database back, was away since {}; the change feed is followed again", awaySince);
        }
        var since = status.state() == State.FOLLOWING ? status.since() : began;
        status = new Status(State.FOLLOWING, since, began, disagree);
        if (!disagree) {
            listeners.forEach(listener -> listener.freshUntil(began));
        }
    }

    private boolean disagree(Instant began, Instant databaseClock, Instant ended) {
        var tolerance = settings.clockTolerance();
        return databaseClock.isBefore(began.minus(tolerance)) || databaseClock.isAfter(ended.plus(tolerance));
    }

    /** Removes entries that are past retention and that every follower has had a whole interval to read. */
    private void cleanUp(Connection connection) throws SQLException {
        var now = clock.instant();
        if (position == null || (cleanedAt != null && now.isBefore(cleanedAt.plus(settings.cleanUp())))) {
            return;
        }
        if (cleanedAt != null) {
            removeOlderThan(connection, now.minus(settings.retention()));
        }
        cleanedAt = now;
        cleanBelow = position.low();
    }

    private void removeOlderThan(Connection connection, Instant limit) throws SQLException {
        try (var statement = connection.prepareStatement("""
                delete from feed where id in (
                    select id from (select id, xid, at from feed order by id limit ?) oldest
                     where at < ? and xid < cast(? as text)::xid8)
                """)) {
            int removed;
            do {
                statement.setInt(1, CLEANED_AT_ONCE);
                statement.setObject(2, limit.atOffset(ZoneOffset.UTC));
                statement.setString(3, Long.toString(cleanBelow));
                removed = statement.executeUpdate();
            } while (removed == CLEANED_AT_ONCE && !closed);
        }
    }
}
