package net.catraca.billing.store;

import java.time.Duration;

/**
 * How the change feed is followed and kept.
 *
 * @param poll time between two polls
 * @param longestBackoff most time between two attempts while the database is away
 * @param clockTolerance how far the database's clock may be from ours before nothing tightens
 * @param retention how long entries are kept; a follower that was away for half of it reads everything anew
 * @param cleanUp time between two removals of old entries
 */
public record FeedSettings(
        Duration poll, Duration longestBackoff, Duration clockTolerance, Duration retention, Duration cleanUp) {

    public static final FeedSettings USUAL = new FeedSettings(
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofHours(24),
            Duration.ofMinutes(10));

    /** For tests whose clock is not the database's. */
    public FeedSettings withClockTolerance(Duration tolerance) {
        return new FeedSettings(poll, longestBackoff, tolerance, retention, cleanUp);
    }
}
