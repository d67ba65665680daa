package net.catraca.radius.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The latest violations of locks at this node, for people who ask why somebody is offline. Thread-safe. */
public final class LockViolations {

    /** Enough to see a pattern; the log has all. */
    static final int MOST_OF_SUBSCRIBER = 5;

    /** Some 10 MB. Beyond, those of the subscriber that was longest without one are forgotten. */
    static final int MOST_SUBSCRIBERS = 10_000;

    private final Map<Long, List<LockViolation.Seen>> bySubscriber = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<LockViolation.Seen>> eldest) {
            return size() > MOST_SUBSCRIBERS;
        }
    };

    public synchronized void add(long subscriberId, LockViolation.Seen seen) {
        bySubscriber.merge(subscriberId, List.of(seen), (known, more) -> {
            var all = new ArrayList<>(more);
            all.addAll(known.subList(0, Math.min(known.size(), MOST_OF_SUBSCRIBER - 1)));
            return List.copyOf(all);
        });
    }

    /** The latest first. */
    public synchronized List<LockViolation.Seen> of(long subscriberId) {
        return bySubscriber.getOrDefault(subscriberId, List.of());
    }
}
