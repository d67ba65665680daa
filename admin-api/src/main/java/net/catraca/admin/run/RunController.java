package net.catraca.admin.run;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.core.io.Writable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Outcomes;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.AccessRuns;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunRow;
import org.jspecify.annotations.Nullable;

/** Access runs: the only way in which money tightens. First a preview, then, if a person agrees, its commit. */
@Controller("/api/v1/access-runs")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Access runs")
class RunController {

    private final AccessRuns runs;

    RunController(AccessRuns runs) {
        this.runs = runs;
    }

    /** Lists the runs, newest first. */
    @Get
    @RequiresPermission(Permission.RUN_VIEW)
    Page<RunView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(runs.list(page.after(Long.MAX_VALUE), page.limitAndOne()), page, AccessRun::id, RunView::of);
    }

    /** Shows a run with its totals. */
    @Get("/{id}")
    @RequiresPermission(Permission.RUN_VIEW)
    HttpResponse<RunView> get(@PathVariable long id) {
        return shown(found(runs.find(id), "access run", id));
    }

    /** Lists who would be tightened, why, and what became of them, by contract. */
    @Get("/{id}/rows")
    @RequiresPermission(Permission.RUN_VIEW)
    Page<RunRowView> rows(
            @PathVariable long id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        found(runs.find(id), "access run", id);
        return Page.of(runs.rows(id, page.after(0), page.limitAndOne()), page, RunRow::contractId, RunRowView::of);
    }

    /** Exports all rows as CSV (RFC 4180, UTF-8): who, why, and what became of them, by contract. */
    @Get(value = "/{id}/rows.csv", produces = "text/csv")
    @RequiresPermission(Permission.RUN_VIEW)
    HttpResponse<Writable> csv(@PathVariable long id) {
        found(runs.find(id), "access run", id);
        return HttpResponse.<Writable>ok(out -> new RunCsv(out).write(runs, id))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"access-run-" + id + ".csv\"");
    }

    /** Previews a run: who would be tightened now, why, whom guards spare and what they object to. It changes nothing. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.RUN_PREVIEW)
    @WritesOnce
    HttpResponse<RunView> preview(@Body NewRun wanted, HttpRequest<?> request) {
        var run = granted(runs.preview(Caller.of(request).actor(), wanted.scope()));
        return created(RunView.of(run), "/api/v1/access-runs/" + run.id(), run.version());
    }

    /**
     * Commits a preview: each row is decided again, rows that became lighter are dropped, none is added or worsened.
     * Where a guard objects the answer is 202, and the run awaits the approval of a second person. Asked again, it goes
     * on where it was interrupted, or answers what was committed.
     */
    @Post("/{id}/commit")
    @ApiResponse(
            responseCode = "200",
            description = "Committed.",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @ApiResponse(
            responseCode = "202",
            description = "Awaits a second person.",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @RequiresPermission(Permission.RUN_COMMIT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<RunView> commit(@PathVariable long id, HttpRequest<?> request) {
        return answer(granted(runs.commit(Caller.of(request).actor(), id)));
    }

    /**
     * Approves a run that guards have stopped, and commits it. The caller is another person than who started it or asked
     * for its commit, and not a job. What guards say only now awaits another approval: 202. If-Match is optional.
     */
    @Post("/{id}/approve")
    @ApiResponse(
            responseCode = "200",
            description = "Committed.",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @ApiResponse(
            responseCode = "202",
            description = "Awaits a second person.",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @RequiresPermission(Permission.RUN_APPROVE)
    @WritesOnce(ownTransactions = true)
    @IfMatch
    HttpResponse<RunView> approve(@PathVariable long id, @Nullable @Body RunApproval why, HttpRequest<?> request) {
        return answer(granted(runs.approve(
                Caller.of(request).actor(), id, Etag.optional(request), why == null ? null : why.reason())));
    }

    /** Declines a run that guards have stopped: it is aborted. */
    @Post("/{id}/decline")
    @RequiresPermission(Permission.RUN_APPROVE)
    @WritesOnce
    HttpResponse<RunView> decline(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(granted(runs.decline(Caller.of(request).actor(), id, why.reason())));
    }

    /**
     * Rolls a run back: lifts exactly what its commitments still hold, and takes back what of it is on its way to
     * routers. It never tightens; asked again it goes on where it was interrupted.
     */
    @Post("/{id}/rollback")
    @RequiresPermission(Permission.RUN_ROLLBACK)
    @WritesOnce(ownTransactions = true)
    HttpResponse<RunView> rollBack(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(granted(runs.rollBack(Caller.of(request).actor(), id, why.reason())));
    }

    /** Takes a preview back, or what an interrupted commit has not written yet. */
    @Delete("/{id}")
    @RequiresPermission(Permission.RUN_COMMIT)
    @WritesOnce
    HttpResponse<RunView> abort(@PathVariable long id, HttpRequest<?> request) {
        return shown(granted(runs.abort(Caller.of(request).actor(), id)));
    }

    private static HttpResponse<RunView> answer(AccessRun run) {
        return run.state() == AccessRun.State.AWAITING_APPROVAL
                ? Outcomes.accepted(RunView.of(run), "/api/v1/access-runs/" + run.id(), run.version())
                : shown(run);
    }

    private static HttpResponse<RunView> shown(AccessRun run) {
        return Outcomes.shown(RunView.of(run), run.version());
    }
}
