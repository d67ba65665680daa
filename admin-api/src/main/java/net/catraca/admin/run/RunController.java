package net.catraca.admin.run;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

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
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Positive;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.admin.http.Outcomes;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AccessLevel;
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

    @Serdeable
    @Schema(name = "NewAccessRun", example = """
                    {"planId":1}
                    """)
    record NewRun(
            @Nullable @Positive @Schema(description = "Only contracts of this plan; all when absent.")
            Long planId) {}

    @Serdeable
    @Schema(name = "AccessRun")
    record RunView(
            long id,
            long version,
            AccessRun.State state,
            @Nullable Long planId,

            @Schema(description = "The one instant at which every contract was read and decided.")
            Instant previewedAt,

            @Schema(description = "From then on it can no longer be committed.")
            Instant expiresAt,

            String startedBy,
            @Nullable Instant commitStartedAt,
            @Nullable String committedBy,
            @Nullable Instant endedAt,
            TotalsView totals) {

        static RunView of(AccessRun run) {
            var totals = run.totals();
            return new RunView(
                    run.id(),
                    run.version(),
                    run.state(),
                    run.scopePlanId(),
                    run.previewedAt(),
                    run.expiresAt(),
                    run.startedBy(),
                    run.commitStartedAt(),
                    run.committedBy(),
                    run.endedAt(),
                    new TotalsView(
                            totals.rows(),
                            totals.reduced(),
                            totals.blocked(),
                            totals.monthlyCents(),
                            totals.releasedToday(),
                            totals.sinceLastRun(),
                            totals.pending(),
                            totals.committed(),
                            totals.dropped()));
        }
    }

    @Serdeable
    @Schema(name = "AccessRunTotals")
    record TotalsView(
            int rows,
            int reduced,
            int blocked,

            @Schema(description = "Monthly revenue at stake.")
            long monthlyCents,

            @Schema(description = "Rows whose contract somebody let through today.")
            int releasedToday,

            @Schema(description = "Rows that the last committed run of the same scope did not have.")
            int sinceLastRun,

            int pending,
            int committed,
            int dropped) {}

    @Serdeable
    @Schema(name = "AccessRunRow")
    record RowView(
            long contractId,
            AccessLevel fromLevel,
            AccessLevel level,
            int daysLate,

            @Schema(description = "Day 0 of the debt that decided.")
            LocalDate lateSince,

            @Schema(description = "The days late from which the level holds.")
            int threshold,

            boolean renegotiated,
            long policyId,
            int policyVersion,
            long monthlyCents,
            boolean releasedToday,
            RunRow.Outcome outcome,
            RunRow.@Nullable DropReason dropReason,
            @Nullable String dropDetail) {

        static RowView of(RunRow row) {
            return new RowView(
                    row.contractId(),
                    row.fromLevel(),
                    row.level(),
                    row.daysLate(),
                    row.lateSince(),
                    row.threshold(),
                    row.renegotiated(),
                    row.policyId(),
                    row.policyVersion(),
                    row.monthlyCents(),
                    row.releasedToday(),
                    row.outcome(),
                    row.dropReason(),
                    row.dropDetail());
        }
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
    Page<RowView> rows(
            @PathVariable long id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        found(runs.find(id), "access run", id);
        return Page.of(runs.rows(id, page.after(0), page.limitAndOne()), page, RunRow::contractId, RowView::of);
    }

    /** Previews a run: who would be tightened now, and why. It changes nothing. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.RUN_PREVIEW)
    @WritesOnce
    HttpResponse<RunView> preview(@Body NewRun wanted, HttpRequest<?> request) {
        var run = granted(runs.preview(Caller.of(request).actor(), wanted.planId()));
        return created(RunView.of(run), "/api/v1/access-runs/" + run.id(), run.version());
    }

    /**
     * Commits a preview: each row is decided again, rows that became lighter are dropped, none is added or worsened.
     * Asked again, it goes on where it was interrupted, or answers what was committed.
     */
    @Post("/{id}/commit")
    @RequiresPermission(Permission.RUN_COMMIT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<RunView> commit(@PathVariable long id, HttpRequest<?> request) {
        return shown(granted(runs.commit(Caller.of(request).actor(), id)));
    }

    /** Takes a preview back, or what an interrupted commit has not written yet. */
    @Delete("/{id}")
    @RequiresPermission(Permission.RUN_COMMIT)
    @WritesOnce
    HttpResponse<RunView> abort(@PathVariable long id, HttpRequest<?> request) {
        return shown(granted(runs.abort(Caller.of(request).actor(), id)));
    }

    private static HttpResponse<RunView> shown(AccessRun run) {
        return Outcomes.shown(RunView.of(run), run.version());
    }
}
