package net.catraca.billing.access;

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
}
