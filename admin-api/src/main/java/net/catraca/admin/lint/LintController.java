package net.catraca.admin.lint;

import io.micronaut.core.io.Writable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.tags.Tag;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.office.Lint;
import org.jspecify.annotations.Nullable;

/** What looks wrong in the books. */
@Controller("/api/v1/lint")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Lint")
class LintController {

    private final Lint lint;

    LintController(Lint lint) {
        this.lint = lint;
    }

    /**
     * Shows what the last run of lint found: how many of each kind, and the findings themselves.
     *
     * @param lintKind only findings of this kind
     * @param contractId only findings of this contract
     */
    @Get
    @RequiresPermission(Permission.LINT_VIEW)
    LintView list(
            @Nullable @QueryValue LintKind lintKind,
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        long after = page.after(0);
        return lint.last()
                .map(run -> {
                    var found = Page.of(
                            lint.findings(run.id(), lintKind, contractId, after, page.limitAndOne()),
                            page,
                            LintFinding::id,
                            FindingView::of);
                    return LintView.of(run, found.items(), found.nextCursor());
                })
                .orElse(LintView.NONE);
    }

    /**
     * Exports what the last run of lint found as CSV (RFC 4180, UTF-8).
     *
     * @param lintKind only findings of this kind
     * @param contractId only findings of this contract
     */
    @Get(value = "/findings.csv", produces = "text/csv")
    @RequiresPermission(Permission.LINT_VIEW)
    HttpResponse<Writable> csv(@Nullable @QueryValue LintKind lintKind, @Nullable @QueryValue Long contractId) {
        return HttpResponse.<Writable>ok(out -> new LintCsv(out).write(lint, lintKind, contractId))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"lint.csv\"");
    }
}
