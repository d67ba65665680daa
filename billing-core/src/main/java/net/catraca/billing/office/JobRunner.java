package net.catraca.billing.office;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobRun.Outcome;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.job.JobTimes;
import net.catraca.billing.store.JobBook;
import net.catraca.billing.store.JobScheduler;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a job that is due, writes down what came of it, and says when it runs next. */
@Singleton
public final class JobRunner implements JobScheduler.Work {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final Sql sql;
    private final JobBook book;
    private final JobSettings settings;
    private final MeterRegistry meters;
    private final Clock clock;

    JobRunner(Sql sql, JobBook book, JobSettings settings, MeterRegistry meters, Clock clock) {
        this.sql = sql;
        this.book = book;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
    }

    /** What a run came to. */
    private record Result(
            Outcome outcome, JobReport report, @Nullable Throwable failure) {

        @Nullable
        String error() {
            return failure == null ? null : words(failure);
        }

        /** The cause in its own words, or its kind where it has none. */
        private static String words(Throwable failure) {
            var message = failure.getMessage();
            return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
        }
    }

    @Override
    public Optional<Instant> run(Job job) {
        var begun = clock.instant();
        long id = sql.inTransaction(() -> begin(job.name(), begun));
        if (id == 0) {
            return Optional.empty(); // paused meanwhile
        }
        var result = result(job, begun);
        var ended = clock.instant();
        var standing = sql.inTransaction(() -> {
            book.lock(job.name());
            book.end(job.name(), id, result.outcome(), result.report(), result.error(), ended);
            return book.find(job.name()).orElseThrow();
        });
        measure(job.name(), result, Duration.between(begun, ended));
        var next = next(job, result.outcome(), standing, ended);
        tell(job.name(), result, standing, next);
        return next;
    }

    /** Answers the run's id, or 0 when it must not run: it is paused, and nobody has asked for it. */
    private long begin(String name, Instant now) {
        var standing = book.lock(name);
        if (book.lose(name, now) > 0) {
            LOG.warn("job {}: its last run did not come to an end", name);
        }
        if (standing.pause() != null && standing.triggeredBy() == null) {
            return 0;
        }
        return book.begin(name, settings.node(), standing.triggeredBy(), now);
    }

    private Result result(Job job, Instant at) {
        try {
            return new Result(Outcome.DONE, job.run(at), null);
        } catch (InterruptedException stopped) {
            return new Result(Outcome.STOPPED, JobReport.NOTHING, null);
        } catch (RuntimeException | Error failed) {
            return Thread.currentThread().isInterrupted() // as the pool of connections tells it
                    ? new Result(Outcome.STOPPED, JobReport.NOTHING, null)
                    : new Result(Outcome.FAILED, JobReport.NOTHING, failed);
        } finally {
            // It was for the job; what is left to do is to write down how it ended.
            var _ = Thread.interrupted();
        }
    }

    private void measure(String name, Result result, Duration took) {
        meters.timer(
                        "catraca.job.runs",
                        "job",
                        name,
                        "outcome",
                        result.outcome().name().toLowerCase(Locale.ROOT))
                .record(took);
        result.report().counts().forEach((what, count) -> meters.counter(
                        "catraca.job.counts", "job", name, "what", what)
                .increment(count));
    }

    private Optional<Instant> next(Job job, Outcome outcome, JobStanding standing, Instant ended) {
        if (standing.pause() != null) {
            return Optional.empty();
        }
        var schedule = settings.scheduleOf(job);
        return switch (outcome) {
            case DONE, RUNNING -> JobTimes.next(schedule, ended);
            case STOPPED -> Optional.of(ended);
            case FAILED, LOST -> JobTimes.retry(schedule, standing.failures(), ended);
        };
    }

    private static void tell(String name, Result result, JobStanding standing, Optional<Instant> next) {
        if (result.outcome() == Outcome.FAILED) {
            String then = next.map(at -> "trying again at " + at).orElse("it is not tried again by itself");
            if (standing.isAlarming()) {
                LOG.error(
                        "job {} failed {} times in a row: {}; {}",
                        name,
                        standing.failures(),
                        result.error(),
                        then,
                        result.failure());
            } else {
                LOG.warn("job {} failed: {}; {}", name, result.error(), then, Objects.requireNonNull(result.failure()));
            }
        } else if (result.report().counts().values().stream().anyMatch(count -> count > 0)) {
            var waitsFor = result.report().waitsFor();
            LOG.info(
                    "job {}: {}{}", name, result.report().counts(), waitsFor == null ? "" : "; waits for: " + waitsFor);
        }
    }
}
