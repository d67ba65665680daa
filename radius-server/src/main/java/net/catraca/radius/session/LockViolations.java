package net.catraca.radius.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest violations of locks, for people who ask why somebody is offline: those at this node in memory at once, and a
 * second later in the store, where those of all nodes are. Thread-safe, and never waits for the store.
 */
public final class LockViolations implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LockViolations.class);

    /** Enough to see a pattern; the log has all. */
    static final int MOST_OF_SUBSCRIBER = 5;

    /** Some 10 MB. Beyond, those of the subscriber that was longest without one are forgotten. */
    static final int MOST_SUBSCRIBERS = 10_000;

    /** Places that wait for the store while it is away; more are in the log only. */
    static final int MOST_UNSAVED = 10_000;

    /** One transaction of a fraction of a second. */
    private static final int AT_ONCE = 500;

    /** Where they are kept. */
    @FunctionalInterface
    public interface Store {
        /** Blocks. */
        void save(Collection<Unsaved> news);
    }

    /**
     * A place from where a login was used against its locks, since it was stored last.
     *
     * @param seen the last time
     */
    public record Unsaved(long subscriberId, LockViolation.Seen seen, Instant firstAt, long times) {

        private Unsaved and(LockViolation.Seen later) {
            return new Unsaved(subscriberId, later, firstAt, times + 1);
        }

        private Unsaved before(Unsaved later) {
            return new Unsaved(subscriberId, later.seen, firstAt, times + later.times);
        }
    }

    private record Place(long subscriberId, LockViolation.Lock lock, String nasName, String told) {
        static Place of(long subscriberId, LockViolation.Seen seen) {
            return new Place(subscriberId, seen.violation().lock(), seen.nasName(), seen.place());
        }
    }

    private final @Nullable Store store;
    private final @Nullable ScheduledExecutorService writer;

    // Guarded by this.
    private final Map<Long, List<LockViolation.Seen>> bySubscriber = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<LockViolation.Seen>> eldest) {
            return size() > MOST_SUBSCRIBERS;
        }
    };

    private final Map<Place, Unsaved> unsaved = new LinkedHashMap<>();
    private boolean isAway;

    /** In memory alone. */
    public LockViolations() {
        this.store = null;
        this.writer = null;
    }

    /** @param writer one thread; ends with this */
    public LockViolations(Store store, ScheduledExecutorService writer) {
        this.store = store;
        this.writer = writer;
        var _ = writer.scheduleWithFixedDelay(this::save, 1, 1, TimeUnit.SECONDS);
    }

    public synchronized void add(long subscriberId, LockViolation.Seen seen) {
        bySubscriber.merge(subscriberId, List.of(seen), (known, more) -> {
            var all = new ArrayList<>(more);
            all.addAll(known.subList(0, Math.min(known.size(), MOST_OF_SUBSCRIBER - 1)));
            return List.copyOf(all);
        });
        var place = Place.of(subscriberId, seen);
        if (store != null && (unsaved.size() < MOST_UNSAVED || unsaved.containsKey(place))) {
            unsaved.compute(
                    place,
                    (_, known) -> known == null ? new Unsaved(subscriberId, seen, seen.at(), 1) : known.and(seen));
        }
    }

    /** At this node, the latest first. */
    public synchronized List<LockViolation.Seen> of(long subscriberId) {
        return bySubscriber.getOrDefault(subscriberId, List.of());
    }

    /** Brings what waits to the store; what it does not take waits on. */
    void save() {
        for (var some = take(); store != null && !some.isEmpty(); some = take()) {
            try {
                store.save(some);
                isAway = false;
            } catch (RuntimeException failed) {
                putBack(some);
                if (!isAway) {
                    log.warn("violations of locks cannot be stored ({}); they wait in memory", failed.getMessage());
                }
                isAway = true;
                return;
            }
        }
    }

    private synchronized List<Unsaved> take() {
        var some = unsaved.values().stream().limit(AT_ONCE).toList();
        some.forEach(one -> unsaved.remove(Place.of(one.subscriberId, one.seen)));
        return some;
    }

    private synchronized void putBack(List<Unsaved> some) {
        some.forEach(one ->
                unsaved.merge(Place.of(one.subscriberId, one.seen), one, (later, before) -> before.before(later)));
    }

    /** What is not stored by now is in the log. */
    @Override
    public void close() {
        if (writer != null) {
            writer.shutdownNow();
        }
    }
}
