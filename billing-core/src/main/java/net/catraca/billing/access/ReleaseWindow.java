package net.catraca.billing.access;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/**
 * A chain of releases that run or will run.
 *
 * @param level what the release lets through: ACTIVE or REDUCED
 * @param from seconds since 1970-01-01T00:00Z, included
 * @param until seconds since 1970-01-01T00:00Z, excluded, or {@link #OPEN} for a manual release
 */
public record ReleaseWindow(
        ReleaseKind kind,
        AccessLevel level,
        long from,
        long until,
        @Nullable ReleaseWindow next) {

    public static final long OPEN = Long.MAX_VALUE;

    /** The windows as a chain; null when there are none. */
    public static @Nullable ReleaseWindow chain(List<ReleaseWindow> windows) {
        ReleaseWindow chain = null;
        for (var window : windows.reversed()) {
            chain = new ReleaseWindow(window.kind, window.level, window.from, window.until, chain);
        }
        return chain;
    }

    static boolean incidentEnds(@Nullable ReleaseWindow chain, Instant at) {
        for (var release = chain; release != null; release = release.next) {
            if (release.kind == ReleaseKind.INCIDENT && release.until == at.getEpochSecond()) {
                return true;
            }
        }
        return false;
    }

    boolean runsAt(long second) {
        return from <= second && second < until;
    }

    /** A run ends the manual releases that are older than itself. */
    boolean endedByRunOf(long runStartedAt) {
        return kind == ReleaseKind.MANUAL && from < runStartedAt;
    }

    boolean betterThan(ReleaseWindow other) {
        return level == other.level ? until > other.until : other.level.stricterThan(level);
    }
}
