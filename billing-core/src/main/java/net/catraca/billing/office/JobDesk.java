package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobRun;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.job.JobTimes;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.JobBook;
import net.catraca.billing.store.JobQueue;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** What people see of jobs and do with them: how they stand, their runs, run one now, pause one and let it go on. */
@Singleton
public final class JobDesk {

    private final Sql sql;
    private final JobBook book;
    private final JobQueue queue;
    private final Map<String, Job> jobs;
    private final JobSettings settings;
    private final AuditLog audit;
    private final Clock clock;

    JobDesk(Sql sql, JobBook book, JobQueue queue, List<Job> jobs, JobSettings settings, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.book = book;
        this.queue = queue;
        // Two of one name would be a defect of ours: no daemon starts with it.
        this.jobs = jobs.stream()
                .sorted(Comparator.comparing(Job::name))
                .collect(Collectors.toMap(
                        Job::name,
                        Function.identity(),
                        (one, other) -> {
                            throw new IllegalStateException("two jobs are named " + one.name());
                        },
                        TreeMap::new));
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /** A job with its schedule. */
    public record Shown(JobStanding standing, JobSchedule schedule) {}

    /** All, by name. */
    public List<Shown> list() {
        var known = book.standings().stream().collect(Collectors.toMap(JobStanding::name, Function.identity()));
        return jobs.values().stream()
                .map(job -> new Shown(
                        known.getOrDefault(job.name(), JobStanding.unknown(job.name())), settings.scheduleOf(job)))
                .toList();
    }

    public Optional<Shown> find(String name) {
        return Optional.ofNullable(jobs.get(name))
                .map(job -> new Shown(book.find(name).orElse(JobStanding.unknown(name)), settings.scheduleOf(job)));
    }

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    public List<JobRun> runs(String name, long beforeId, int limit) {
        return book.runs(name, beforeId, limit);
    }

    /** Brings what is planned in line with the schedules: at a daemon's start, and now and then. */
    public void arrange() {
        for (var shown : list()) {
            if (arrangement(shown.standing(), shown.schedule(), clock.instant()).isPresent()) {
                sql.inTransaction(() -> arranged(book.lock(shown.standing().name()), shown.schedule()));
            }
        }
    }

    private boolean arranged(JobStanding standing, JobSchedule schedule) {
        var change = arrangement(standing, schedule, clock.instant());
        change.ifPresent(planned -> plan(standing, planned));
        return change.isPresent();
    }

    /** @param at null for never */
    private record Planned(@Nullable Instant at) {}

    /** Nothing where what is planned is right, or not to be touched: it runs, or somebody has asked for it. */
    private static Optional<Planned> arrangement(JobStanding standing, JobSchedule schedule, Instant now) {
        if (standing.isTaken() || standing.triggeredBy() != null) {
            return Optional.empty();
        }
        var wanted = standing.pause() != null
                ? null
                : JobTimes.arranged(schedule, standing.nextRunAt(), standing.failures() > 0, now)
                        .orElse(null);
        return Objects.equals(wanted, standing.nextRunAt()) ? Optional.empty() : Optional.of(new Planned(wanted));
    }

    private void plan(JobStanding standing, Planned planned) {
        if (planned.at() == null) {
            queue.withdraw(standing.name());
        } else {
            queue.plan(standing.name(), planned.at());
        }
    }

    /**
     * Runs it now, by whichever node takes it first, its pause and its schedule notwithstanding. Declined as {@code
     * job-running} while it runs.
     */
    public Outcome<Shown> trigger(Actor actor, String name) {
        return with(name, (job, before) -> {
            if (before.isTaken()) {
                return Outcome.<Shown>declined(new Conflict("job-running", name));
            }
            var now = clock.instant();
            book.trigger(name, actor.name(), now);
            queue.plan(name, now);
            return done(actor, "job.trigger", before, now);
        });
    }

    /** From now on it does not run by itself; a run that has begun goes on. Paused twice, the first one stands. */
    public Outcome<Shown> pause(Actor actor, String name, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return with(name, (job, before) -> {
            if (before.pause() != null) {
                return Outcome.done(find(name).orElseThrow());
            }
            var now = clock.instant();
            book.pause(name, new JobStanding.Pause(now, actor.name(), reason));
            arranged(book.find(name).orElseThrow(), settings.scheduleOf(job));
            return done(actor, "job.pause", before, now);
        });
    }

    /** It runs by its schedule again; what it missed meanwhile it does then. */
    public Outcome<Shown> resume(Actor actor, String name) {
        return with(name, (job, before) -> {
            if (before.pause() == null) {
                return Outcome.done(find(name).orElseThrow());
            }
            var now = clock.instant();
            book.pause(name, null);
            arranged(book.find(name).orElseThrow(), settings.scheduleOf(job));
            return done(actor, "job.resume", before, now);
        });
    }

    private interface Act {
        Outcome<Shown> on(Job job, JobStanding standing);
    }

    private Outcome<Shown> with(String name, Act act) {
        var job = jobs.get(name);
        return job == null
                ? Outcome.declined(new Unknown("job", name))
                : sql.inTransaction(() -> act.on(job, book.lock(name)));
    }

    private Outcome<Shown> done(Actor actor, String action, JobStanding before, Instant now) {
        var after = find(before.name()).orElseThrow();
        audit.append(actor, action, "job/" + before.name(), before, after.standing(), now);
        return Outcome.done(after);
    }
}
