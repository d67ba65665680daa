package net.catraca.billing.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job.
 *
 * @param node on which it ran
 * @param begunAt the instant for which it ran
 * @param endedAt null while it runs
 * @param triggeredBy who asked for it; null when its schedule did
 * @param report of a run that was done, else {@link JobReport#NOTHING}
 * @param error in words why it failed, or was lost; else null
 */
public record JobRun(
        long id,
        String job,
        int node,
        Instant begunAt,
        @Nullable Instant endedAt,
        @Nullable String triggeredBy,
        Outcome outcome,
        JobReport report,
        @Nullable String error) {

    public enum Outcome {
        RUNNING,
        DONE,
        /** It is tried again. */
        FAILED,
        /** Its daemon was stopped; whoever is there goes on at once. */
        STOPPED,
        /** Its node was killed or lost the database; it is run again. */
        LOST
    }
}
