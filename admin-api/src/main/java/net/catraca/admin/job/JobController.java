package net.catraca.admin.job;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.job.JobRun;
import net.catraca.billing.office.JobDesk;
import org.jspecify.annotations.Nullable;

/** Jobs: what runs by itself, once across all nodes. */
@Controller("/api/v1/jobs")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Jobs")
class JobController {

    private static final int LAST_RUNS = 20;

    private final JobDesk jobs;

    JobController(JobDesk jobs) {
        this.jobs = jobs;
    }

    /** A job with its last runs. */
    @Serdeable
    @Schema(name = "JobWithRuns")
    record JobWithRuns(
            JobView job,

            @Schema(
                    description =
                            "The last 20, newest first; of runs that found nothing to do only the newest is kept.")
            List<JobRunView> runs) {}

    /** Lists all jobs by name: when each runs, what came of its last run, and when it runs next. */
    @Get
    @RequiresPermission(Permission.JOB_VIEW)
    Page<JobView> list() {
        return new Page<>(jobs.list().stream().map(JobView::of).toList(), null);
    }

    /** Shows a job with its last runs. */
    @Get("/{job}")
    @RequiresPermission(Permission.JOB_VIEW)
    JobWithRuns get(@PathVariable String job) {
        var shown = found(jobs.find(job), "job", job);
        return new JobWithRuns(
                JobView.of(shown),
                jobs.runs(job, Long.MAX_VALUE, LAST_RUNS).stream()
                        .map(JobRunView::of)
                        .toList());
    }

    /** Lists the runs of a job that are kept, newest first. */
    @Get("/{job}/runs")
    @RequiresPermission(Permission.JOB_VIEW)
    Page<JobRunView> runs(
            @PathVariable String job, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        found(jobs.find(job), "job", job);
        return Page.of(
                jobs.runs(job, page.after(Long.MAX_VALUE), page.limitAndOne()), page, JobRun::id, JobRunView::of);
    }

    /** Runs a job now, whatever its schedule, and though it is paused. 409 while it runs. */
    @Post("/{job}/run")
    @Status(HttpStatus.ACCEPTED)
    @RequiresPermission(Permission.JOB_RUN)
    @WritesOnce
    HttpResponse<JobView> run(@PathVariable String job, HttpRequest<?> request) {
        var shown = granted(jobs.trigger(Caller.of(request).actor(), job));
        return HttpResponse.<JobView>accepted(URI.create("/api/v1/jobs/" + job)).body(JobView.of(shown));
    }

    /** Pauses a job: until it is resumed it does not run by itself. A run that has begun goes on. */
    @Post("/{job}/pause")
    @RequiresPermission(Permission.JOB_PAUSE)
    @WritesOnce
    HttpResponse<JobView> pause(@PathVariable String job, @Body GivenReason why, HttpRequest<?> request) {
        return HttpResponse.ok(JobView.of(granted(jobs.pause(Caller.of(request).actor(), job, why.reason()))));
    }

    /** Lets a paused job run by its schedule again. */
    @Post("/{job}/resume")
    @RequiresPermission(Permission.JOB_PAUSE)
    @WritesOnce
    HttpResponse<JobView> resume(@PathVariable String job, HttpRequest<?> request) {
        return HttpResponse.ok(JobView.of(granted(jobs.resume(Caller.of(request).actor(), job))));
    }
}
