package net.catraca.billing.job;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.job.JobSchedule.Daily;
import net.catraca.billing.job.JobSchedule.Every;
import net.catraca.billing.job.JobSchedule.Off;
import org.jspecify.annotations.Nullable;

/** When a job runs next. Pure. */
public final class JobTimes {

    /** After the first failure; twice as long after each further one. */
    public static final Duration FIRST_RETRY = Duration.ofSeconds(30);

    /** Whatever failed for an hour is not repaired by asking more often. */
    public static final Duration LONGEST_RETRY = Duration.ofMinutes(15);

    /** What runs every few seconds is waited for: it is retried each minute. */
    private static final Duration LEAST_LONGEST_RETRY = Duration.ofMinutes(1);

    private static final int MOST_DOUBLINGS = 10;

    private JobTimes() {}

    /** The first run of a job that has never run; nothing when it does not run by itself. */
    public static Optional<Instant> first(JobSchedule schedule, Instant now) {
        return schedule instanceof Every ? Optional.of(now) : next(schedule, now);
    }

    /** After a run that ended then, or was none of its own. */
    public static Optional<Instant> next(JobSchedule schedule, Instant ended) {
        return switch (schedule) {
            case Off _ -> Optional.empty();
            case Every(var pause) -> Optional.of(ended.plus(pause));
            case Daily daily -> Optional.of(next(daily, ended));
        };
    }

    private static Instant next(Daily daily, Instant after) {
        var day = after.atZone(daily.zone()).toLocalDate();
        while (true) {
            for (LocalTime time : daily.times()) {
                // A time that a change of clocks skips is moved on by the gap; one that comes twice is the first.
                var at = day.atTime(time).atZone(daily.zone()).toInstant();
                if (at.isAfter(after)) {
                    return at;
                }
            }
            day = day.plusDays(1);
        }
    }

    /**
     * After a failure: soon, then less and less often, and never later than it would have run anyway. Nothing when it does
     * not run by itself: who asked for the run sees that it failed.
     *
     * @param failures in a row, this one included
     */
    public static Optional<Instant> retry(JobSchedule schedule, int failures, Instant ended) {
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return switch (schedule) {
            case Off _ -> Optional.empty();
            case Every(var pause) ->
                Optional.of(ended.plus(least(doubled, least(LONGEST_RETRY, most(LEAST_LONGEST_RETRY, pause)))));
            case Daily daily -> {
                var soon = ended.plus(least(doubled, LONGEST_RETRY));
                var regular = next(daily, ended);
                yield Optional.of(soon.isBefore(regular) ? soon : regular);
            }
        };
    }

    /**
     * What a daemon that starts makes of what is planned: a run that is overdue stays so and begins at once; one that does
     * not fit the schedule, which has been changed, is moved.
     *
     * @param planned null when nothing is
     * @param isRetry whether what is planned comes after a failure
     */
    public static Optional<Instant> arranged(
            JobSchedule schedule, @Nullable Instant planned, boolean isRetry, Instant now) {
        if (planned == null || schedule instanceof Off) {
            return first(schedule, now);
        }
        var regular = next(schedule, now).orElse(planned);
        boolean stays = !planned.isAfter(now) || ((isRetry || schedule instanceof Every) && !planned.isAfter(regular));
        return Optional.of(stays ? planned : regular);
    }

    private static Duration least(Duration one, Duration other) {
        return List.of(one, other).stream().min(Duration::compareTo).orElseThrow();
    }

    private static Duration most(Duration one, Duration other) {
        return List.of(one, other).stream().max(Duration::compareTo).orElseThrow();
    }
}
