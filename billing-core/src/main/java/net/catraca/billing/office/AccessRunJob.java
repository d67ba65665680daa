package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobRun;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.store.JobBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access run over all contracts that starts by itself: preview, and commit where no guard objects. Where one does
 * the run awaits a person, and where calendar or freeze forbid, nothing happens. Off until an operator says when.
 */
@Singleton
final class AccessRunJob implements Job {

    static final String NAME = "access-run";

    /** Starts the runs that nobody asked for. */
    static final Actor SCHEDULE = Actor.system(NAME);

    /** Its own runs of before are among so many. */
    private static final int LOOKED_AT = 50;

    private static final Logger LOG = LoggerFactory.getLogger(AccessRunJob.class);

    private final AccessRuns runs;
    private final RunTimes times;
    private final JobBook jobs;

    AccessRunJob(AccessRuns runs, RunTimes times, JobBook jobs) {
        this.runs = runs;
        this.times = times;
        this.jobs = jobs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Off();
    }

    @Override
    public JobReport run(Instant at) {
        if (!times.allow(at)) {
            LOG.info("no access run now: runs may commit again from {}", times.next(at));
            return JobReport.NOTHING;
        }
        var actor = actor();
        var earlier = earlier(at);
        if (earlier.isPresent() && earlier.get().state() == AccessRun.State.AWAITING_APPROVAL) {
            LOG.error(
                    "access run {} still awaits a second person; no other one is started",
                    earlier.get().id());
            return awaiting(earlier.get());
        }
        if (earlier.isPresent()) {
            return committed(runs.commit(actor, earlier.get().id()));
        }
        var preview = runs.preview(actor, RunScope.ALL).orThrow();
        if (preview.totals().reduced() + preview.totals().blocked() == 0) {
            runs.abort(actor, preview.id()).orThrow();
            return JobReport.of("skipped", preview.totals().skipped());
        }
        return committed(runs.commit(actor, preview.id()));
    }

    /** Whoever asked for the run: where a second person is needed, it must be another one. */
    private Actor actor() {
        return jobs.find(NAME)
                .map(JobStanding::lastRun)
                .filter(run -> run.outcome() == JobRun.Outcome.RUNNING)
                .map(JobRun::triggeredBy)
                .map(name -> new Actor(name, null, null))
                .orElse(SCHEDULE);
    }

    /** One of this job that was interrupted, or awaits somebody. */
    private Optional<AccessRun> earlier(Instant now) {
        return List.copyOf(runs.list(Long.MAX_VALUE, LOOKED_AT)).stream()
                .filter(run -> SCHEDULE.isNamed(run.startedBy()))
                .filter(run -> run.state() == AccessRun.State.COMMITTING
                        || (run.state() == AccessRun.State.AWAITING_APPROVAL
                                && run.expiresAt().isAfter(now)))
                .findFirst();
    }

    private static JobReport committed(Outcome<AccessRun> outcome) {
        return switch (outcome) {
            case Outcome.Declined<AccessRun>(var problem) -> {
                LOG.error("the access run does not commit: {}", problem);
                yield JobReport.of("declined", 1)
                        .waitingFor(problem instanceof Conflict(var code, var why) ? code + ": " + why : null);
            }
            case Outcome.Done<AccessRun>(var run)
            when run.state() == AccessRun.State.AWAITING_APPROVAL -> {
                LOG.error("access run {} awaits a second person: {}", run.id(), run.objections());
                yield awaiting(run);
            }
            case Outcome.Done<AccessRun>(var run) ->
                JobReport.of("committed", run.totals().committed())
                        .and("dropped", run.totals().dropped())
                        .and("skipped", run.totals().skipped());
        };
    }

    private static JobReport awaiting(AccessRun run) {
        var why = run.objections().stream()
                .filter(raised -> !raised.approved())
                .map(AccessRun.Raised::objection)
                .map(objection -> "%s %s: %s".formatted(objection.guard(), objection.scope(), objection.why()))
                .collect(Collectors.joining("; "));
        return JobReport.of("awaiting-approval", 1).waitingFor("a second person, run " + run.id() + ": " + why);
    }
}
