package net.catraca.billing.store;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Something in memory that follows the change feed. The follower calls it from one thread, always within a read-only
 * transaction that sees one snapshot of the database: what it reads there with {@link Sql} belongs together.
 *
 * <p>An exception makes the follower try again later; so each call may be repeated, and must come to the same result.
 */
public interface FeedListener {

    /** What it wants to hear of. */
    Set<Feed.Kind> kinds();

    /**
     * Reads everything anew.
     *
     * @param asOf an instant, by our clock, just before the snapshot was taken
     */
    void loadAll(Instant asOf);

    /**
     * Reads some entities again.
     *
     * @param changed ids by kind, only of the kinds asked for; an id may be gone
     */
    void reload(Map<Feed.Kind, Set<Long>> changed);

    /** All that was committed before this instant, by our clock, is known. */
    default void freshUntil(Instant asOf) {}
}
