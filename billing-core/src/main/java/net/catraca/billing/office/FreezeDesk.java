package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * Freezes: while one holds no run commits, and what the clock alone would tighten (release ends, on-time expiry) waits.
 * Acts of persons and relief go on.
 */
@Singleton
public final class FreezeDesk {

    /** A freeze that nobody remembers would let everybody through; who needs more declares another one. */
    public static final Duration LONGEST = Duration.ofDays(14);

    /** What waited tightens over so long afterwards, so that routers and the telephone are not overrun. */
    private static final Duration SPREAD = Duration.ofMinutes(30);

    private final Sql sql;
    private final FreezeBook freezes;
    private final Feed feed;
    private final AuditLog audit;
    private final Clock clock;

    FreezeDesk(Sql sql, FreezeBook freezes, Feed feed, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.freezes = freezes;
        this.feed = feed;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * From now on.
     *
     * @param endsAt at most {@link #LONGEST} ahead
     */
    public Outcome<Freeze> declare(Actor actor, String reason, Instant endsAt) {
        var now = clock.instant();
        var checks = new Checks()
                .text(reason, 500, "reason")
                .expect(
                        endsAt.isAfter(now) && !endsAt.isAfter(now.plus(LONGEST)),
                        "endsAt",
                        "an instant within the next " + LONGEST.toDays() + " days");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var freeze = freezes.insert(reason, actor.name(), now, endsAt, SPREAD);
            feed.append(Feed.Kind.FREEZE, freeze.id(), now);
            audit.append(actor, "freeze.declare", subject(freeze), null, freeze, now);
            return Outcome.done(freeze);
        });
    }

    /** Ends one before its time; what waited tightens over the next half hour. */
    public Outcome<Freeze> lift(Actor actor, long id, @Nullable Long expectedVersion) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = freezes.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<Freeze>declined(new Unknown("freeze", id));
            }
            var stale = LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return Outcome.<Freeze>declined(stale);
            }
            if (!before.holdsAt(now)) {
                return Outcome.<Freeze>declined(
                        new Conflict("already-ended", before.end().toString()));
            }
            var lifted = freezes.lift(id, actor.name(), now);
            feed.append(Feed.Kind.FREEZE, id, now);
            audit.append(actor, "freeze.lift", subject(lifted), before, lifted, now);
            return Outcome.done(lifted);
        });
    }

    public Optional<Freeze> find(long id) {
        return freezes.find(id);
    }

    /** The one that holds now and ends last. */
    public Optional<Freeze> held() {
        return freezes.heldAt(clock.instant());
    }

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    public List<Freeze> list(long beforeId, int limit) {
        return freezes.page(beforeId, limit);
    }

    private static String subject(Freeze freeze) {
        return "freeze/" + freeze.id();
    }
}
