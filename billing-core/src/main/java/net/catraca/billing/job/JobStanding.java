package net.catraca.billing.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job stands, whichever node runs it.
 *
 * @param failures in a row, up to now
 * @param lastSuccessAt when its last run that succeeded began; null when none did
 * @param nextRunAt null when none is planned
 * @param isTaken whether a node has taken what is planned: it runs, or that node was killed a moment ago
 * @param triggeredBy who asked for a run that has not begun yet, else null
 * @param pause null unless it is paused
 * @param lastRun null before the first
 */
public record JobStanding(
        String name,
        int failures,
        @Nullable Instant lastSuccessAt,
        @Nullable Instant nextRunAt,
        boolean isTaken,
        @Nullable String triggeredBy,
        @Nullable Pause pause,
        @Nullable JobRun lastRun) {

    /** So many failures in a row are an alarm: the first ones may be a database that was restarted. */
    public static final int ALARMING_FAILURES = 3;

    /** While it lasts the job does not run by itself. */
    public record Pause(Instant at, String by, String reason) {}

    public static JobStanding unknown(String name) {
        return new JobStanding(name, 0, null, null, false, null, null, null);
    }

    public boolean isAlarming() {
        return failures >= ALARMING_FAILURES;
    }
}
