package net.catraca.admin.job;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.ScheduleText;
import net.catraca.billing.office.JobDesk;
import org.jspecify.annotations.Nullable;

/** A job and how it stands, whichever node runs it. */
@Serdeable
@Schema(name = "Job")
record JobView(
        String name,

        @Schema(description = "When it runs by itself: off, times of the day, or a pause such as `every 10m`.")
        String schedule,

        @Nullable @Schema(description = "Zone of the times.")
        String zone,

        State state,

        @Schema(description = "Failures in a row, up to now.")
        int failures,

        @Schema(description = "Whether it failed three times in a row or more.")
        boolean alarming,

        @Nullable @Schema(description = "When its last run that succeeded began.")
        Instant lastSuccessAt,

        @Nullable @Schema(description = "In the past: it is overdue, and begins as soon as a node is free.")
        Instant nextRunAt,

        @Nullable @Schema(description = "Who asked for a run that has not begun yet.")
        String triggeredBy,

        @Nullable Instant pausedAt,
        @Nullable String pausedBy,
        @Nullable String pauseReason,
        @Nullable JobRunView lastRun) {

    enum State {
        /** It runs; or its node was killed a moment ago, and another one takes it. */
        RUNNING,
        PAUSED,
        /** Until it runs next. */
        WAITING,
        /** It does not run by itself. */
        OFF
    }

    static JobView of(JobDesk.Shown shown) {
        var standing = shown.standing();
        var pause = standing.pause();
        return new JobView(
                standing.name(),
                ScheduleText.of(shown.schedule()),
                shown.schedule() instanceof JobSchedule.Daily daily
                        ? daily.zone().getId()
                        : null,
                state(shown),
                standing.failures(),
                standing.isAlarming(),
                standing.lastSuccessAt(),
                standing.isTaken() ? null : standing.nextRunAt(),
                standing.triggeredBy(),
                pause == null ? null : pause.at(),
                pause == null ? null : pause.by(),
                pause == null ? null : pause.reason(),
                standing.lastRun() == null ? null : JobRunView.of(standing.lastRun()));
    }

    private static State state(JobDesk.Shown shown) {
        var standing = shown.standing();
        if (standing.isTaken()) {
            return State.RUNNING;
        } else if (standing.triggeredBy() != null) {
            return State.WAITING;
        } else if (standing.pause() != null) {
            return State.PAUSED;
        }
        return shown.schedule() instanceof JobSchedule.Off ? State.OFF : State.WAITING;
    }
}
