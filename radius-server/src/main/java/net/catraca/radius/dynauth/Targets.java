package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import net.catraca.radius.dynauth.NasQueue.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The targets of live sessions, of NASes to which this node sends, and their way: into memory, into the database, and
 * from there into the NAS's queue, so that a target is stored before its request leaves. A restore alone does not wait
 * long for the database. What a target should be is decided elsewhere ({@link Retargeting}, {@link TargetRules}).
 *
 * <p>Of the reconciler's thread only, but for {@link #shown}.
 */
final class Targets {

    /** After that a restore goes out though its target is not stored yet. */
    private static final Duration STORE_PATIENCE = Duration.ofMillis(250);

    private final TargetStore store;
    private final HeldNases nases;
    private final Orders orders;
    private final Clock clock;
    private final Ticker ticker;
    private final LongConsumer overflowed;

    private final Map<Long, SessionTarget> targets = new HashMap<>();
    /** The same values, for whoever asks. */
    private final Map<Long, SessionTarget> shown = new ConcurrentHashMap<>();
    /** Restores whose target is not stored yet, and since when they wait for that. */
    private final Map<Long, Long> unstoredRestores = new LinkedHashMap<>();

    /** @param overflowed is told of a session for which its NAS's queue had no place */
    Targets(TargetStore store, HeldNases nases, Orders orders, Clock clock, Ticker ticker, LongConsumer overflowed) {
        this.store = store;
        this.nases = nases;
        this.orders = orders;
        this.clock = clock;
        this.ticker = ticker;
        this.overflowed = overflowed;
    }

    /** On any thread: null when it never had to be changed. */
    @Nullable
    SessionTarget shown(long sessionId) {
        return shown.get(sessionId);
    }

    /** Null when it never had to be changed. */
    @Nullable
    SessionTarget of(long sessionId) {
        return targets.get(sessionId);
    }

    Collection<SessionTarget> all() {
        return targets.values();
    }

    /** As the database had it: it is in no queue yet. */
    void keep(SessionTarget target) {
        targets.put(target.sessionId(), target);
        shown.put(target.sessionId(), target);
    }

    /** Memory, then the database, then the queue: the decision is stored before the packet leaves. */
    void put(HeldNas nas, SessionTarget target) {
        keep(target);
        store.save(target);
        if (!target.isOpen()) {
            nas.queue().remove(target.sessionId());
            unstoredRestores.remove(target.sessionId());
        } else if (lane(target) == Lane.RESTORE) {
            unstoredRestores.put(target.sessionId(), ticker.read());
        }
    }

    /** It is in the database; perhaps not the newest any more. */
    void stored(SessionTarget stored) {
        var target = targets.get(stored.sessionId());
        if (target != null && target.generation() == stored.generation() && target.isOpen()) {
            unstoredRestores.remove(stored.sessionId());
            offer(target);
        }
    }

    /** Payers do not wait for the database: theirs that it has not stored in time are sent all the same. */
    void offerUnstoredRestores() {
        long limit = ticker.read() - (store.isAway() ? 0 : STORE_PATIENCE.toNanos());
        for (var entries = unstoredRestores.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            if (entry.getValue() - limit > 0) {
                return;
            }
            entries.remove();
            var target = targets.get(entry.getKey());
            if (target != null && target.isOpen()) {
                offer(target);
            }
        }
    }

    /** The session waits in its NAS's queue; not before its target's next attempt is due. */
    void offer(SessionTarget target) {
        var nas = nases.of(target.nasId());
        if (nas == null) {
            return;
        }
        long nanos = ticker.read();
        var lane = lane(target);
        var at = target.nextAttemptAt();
        var wait = at == null ? Duration.ZERO : Duration.between(clock.instant(), at);
        if (lane == Lane.RESTORE) {
            nas.overtake(target, nanos);
        }
        boolean taken = wait.isPositive()
                ? nas.queue().offerLater(target.sessionId(), lane, nanos + wait.toNanos())
                : nas.queue().offer(target.sessionId(), lane, nanos);
        if (!taken) {
            overflowed.accept(target.sessionId());
        }
    }

    /** What a person wants of one session goes ahead, whatever it is. */
    private Lane lane(SessionTarget target) {
        return orders.isAhead(target.sessionId()) ? Lane.RESTORE : TargetRules.lane(target);
    }

    /**
     * Targets of that NAS are tried from the beginning.
     *
     * @return how many
     */
    int tryAgain(HeldNas nas, Predicate<SessionTarget> which) {
        var again = targets.values().stream()
                .filter(target -> target.nasId() == nas.id() && which.test(target))
                .toList();
        again.forEach(target -> put(nas, target.openedAgain()));
        return again.size();
    }

    /** The session is over. Returns what its target was, or null. */
    @Nullable
    SessionTarget remove(long sessionId) {
        shown.remove(sessionId);
        unstoredRestores.remove(sessionId);
        return targets.remove(sessionId);
    }

    /** Another node sends to that NAS: the database keeps them for it. */
    void removeOf(long nasId) {
        targets.values().removeIf(target -> target.nasId() == nasId);
        shown.values().removeIf(target -> target.nasId() == nasId);
    }
}
