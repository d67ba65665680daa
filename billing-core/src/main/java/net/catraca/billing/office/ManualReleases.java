package net.catraca.billing.office;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.run.AccessRun;

/**
 * How long manual releases hold: until a later run commits for the contract that the schedule has started, or that was
 * made on a later day. A run that a person makes on the same day, over one plan for instance, does not take back what
 * another person has promised a customer a moment ago. Aborted runs, previews and runs of another scope end none.
 */
final class ManualReleases {

    private ManualReleases() {}

    /** The run ends those that began before this instant. */
    static Instant endedUpTo(AccessRun run, ZoneId zone) {
        return endedUpTo(run.startedBy(), run.previewedAt(), zone);
    }

    /**
     * @param startedBy the run's
     * @param zone the contract's
     */
    static Instant endedUpTo(String startedBy, Instant previewedAt, ZoneId zone) {
        return AccessRunJob.SCHEDULE.isNamed(startedBy)
                ? previewedAt
                : LocalDate.ofInstant(previewedAt, zone).atStartOfDay(zone).toInstant();
    }
}
