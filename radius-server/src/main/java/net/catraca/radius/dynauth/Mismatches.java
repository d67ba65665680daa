package net.catraca.radius.dynauth;

import java.time.Duration;
import java.time.Instant;
import net.catraca.radius.dynauth.SessionTarget.State;

/** Counts the targets of one NAS that it has not acknowledged, and those that a person should look at. */
final class Mismatches {

    private int count;
    private int alerts;
    private Instant since = Instant.MAX;

    void add(SessionTarget target) {
        if (target.state() != State.AGREED) {
            count++;
            since = since.isBefore(target.since()) ? since : target.since();
        }
        alerts += target.alert() == null ? 0 : 1;
    }

    int count() {
        return count;
    }

    int alerts() {
        return alerts;
    }

    /** For how long the oldest has been one; zero when there is none. */
    Duration oldest(Instant now) {
        return count == 0 ? Duration.ZERO : Duration.between(since, now);
    }
}
