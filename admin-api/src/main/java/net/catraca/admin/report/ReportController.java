package net.catraca.admin.report;

import io.micronaut.core.io.Writable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.report.ReportTables.Report;
import net.catraca.admin.report.ReportViews.DelinquencyView;
import net.catraca.admin.report.ReportViews.EndingView;
import net.catraca.admin.report.ReportViews.PaidUntilLine;
import net.catraca.admin.report.ReportViews.PaidUntilView;
import net.catraca.admin.report.ReportViews.ReleaseLine;
import net.catraca.admin.report.ReportViews.ReleasesView;
import net.catraca.admin.report.ReportViews.RevenueLine;
import net.catraca.admin.report.ReportViews.RevenueView;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.Reports;
import net.catraca.billing.report.EndingContract;
import net.catraca.billing.report.ReportFilter;
import org.jspecify.annotations.Nullable;

/** Reports: figures over all contracts, or those of a plan, a region or a router. */
@Controller("/api/v1/reports")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Reports")
class ReportController {

    private static final String XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /** Recovery of a year, of whoever does not say. */
    private static final int USUAL_MONTHS = 12;

    private static final int USUAL_DAYS = 30;

    private static final int MOST_DAYS = 3660;

    private final Reports reports;
    private final ReportTables tables;
    private final Clock clock;

    ReportController(Reports reports, ReportTables tables, Clock clock) {
        this.reports = reports;
        this.tables = tables;
        this.clock = clock;
    }

    enum Format {
        CSV,
        XLSX
    }

    /** Counts contracts by the month of their paid-until and their access status; cancelled ones are left out. */
    @Get("/paid-until")
    @RequiresPermission(Permission.REPORT_VIEW)
    PaidUntilView paidUntil(
            @Nullable @QueryValue Long planId, @Nullable @QueryValue String region, @Nullable @QueryValue String nas) {
        return new PaidUntilView(reports.paidUntil(new ReportFilter(planId, region, nas)).stream()
                .map(PaidUntilLine::of)
                .toList());
    }

    /** Sums what is late now, by days late, and when what fell due from `from` to `to` (a year, else) was paid. */
    @Get("/delinquency")
    @RequiresPermission(Permission.REPORT_VIEW)
    DelinquencyView delinquency(
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue LocalDate from,
            @Nullable @QueryValue LocalDate to) {
        var days = days(Report.DELINQUENCY, from, to);
        return DelinquencyView.of(reports.delinquency(new ReportFilter(planId, region, nas), days.from(), days.to()));
    }

    /** Counts the releases granted from `from` to `to` (30 days, else) by operator and kind. */
    @Get("/releases")
    @RequiresPermission(Permission.REPORT_VIEW)
    ReleasesView releases(
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue LocalDate from,
            @Nullable @QueryValue LocalDate to) {
        var days = days(Report.RELEASES, from, to);
        return new ReleasesView(reports.releases(new ReportFilter(planId, region, nas), days.from(), days.to()).stream()
                .map(ReleaseLine::of)
                .toList());
    }

    /** Sums the monthly revenue of those warned, restricted, and restricted by a run if it came now. */
    @Get("/revenue-at-stake")
    @RequiresPermission(Permission.REPORT_VIEW)
    RevenueView revenue(
            @Nullable @QueryValue Long planId, @Nullable @QueryValue String region, @Nullable @QueryValue String nas) {
        return new RevenueView(reports.revenue(new ReportFilter(planId, region, nas)).stream()
                .map(RevenueLine::of)
                .toList());
    }

    /**
     * Lists active contracts that end within some days, and those that have ended and are neither renewed nor cancelled.
     *
     * @param withinDays 30 when absent
     */
    @Get("/ending")
    @RequiresPermission(Permission.REPORT_VIEW)
    Page<EndingView> ending(
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue Integer withinDays,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                reports.ending(
                        new ReportFilter(planId, region, nas), within(withinDays), page.after(0), page.limitAndOne()),
                page,
                EndingContract::contractId,
                EndingView::of);
    }

    private static int within(@Nullable Integer days) {
        if (days != null && (days < 0 || days > MOST_DAYS)) {
            throw ProblemException.invalid(InvalidField.query("withinDays", "0 to " + MOST_DAYS));
        }
        return days == null ? USUAL_DAYS : days;
    }

    /**
     * Exports a report as a file, money in reais: `paid-until`, `delinquency`, `recovery`, `releases`, `runs`,
     * `cancel-candidates`, `revenue-at-stake`, `ending` or `lint`. Days are of `recovery`, `releases` and `runs`; runs and
     * lint have no filter.
     *
     * @param withinDays of `ending`; 30 when absent
     */
    @Get(
            value = "/{report}/file",
            produces = {"text/csv", XLSX})
    @ApiResponse(
            responseCode = "200",
            description = "The file.",
            content = {
                @Content(mediaType = "text/csv", schema = @Schema(type = "string")),
                @Content(mediaType = XLSX, schema = @Schema(type = "string", format = "binary"))
            })
    @RequiresPermission(Permission.REPORT_VIEW)
    HttpResponse<Writable> file(
            @PathVariable String report,
            @Nullable @QueryValue String format,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue LocalDate from,
            @Nullable @QueryValue LocalDate to,
            @Nullable @QueryValue Integer withinDays) {
        var which = Kebab.parse(Report.class, report).orElseThrow(() -> ProblemException.notFound("report", report));
        var as = format == null
                ? Format.CSV
                : Kebab.parse(Format.class, format)
                        .orElseThrow(() ->
                                ProblemException.invalid(InvalidField.query("format", Kebab.choices(Format.class))));
        var days = days(which, from, to);
        var table = tables.of(which, new ReportFilter(planId, region, nas), days.from(), days.to(), within(withinDays));
        Writable file =
                switch (as) {
                    case CSV -> new TableFile.OfCsv(table);
                    case XLSX -> new TableFile.OfXlsx(table);
                };
        return HttpResponse.ok(file)
                .contentType(MediaType.of(as == Format.CSV ? "text/csv" : XLSX))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s.%s\""
                                .formatted(report, as.name().toLowerCase(Locale.ROOT)));
    }

    private record Days(LocalDate from, LocalDate to) {}

    private Days days(Report report, @Nullable LocalDate from, @Nullable LocalDate to) {
        var last = to == null ? LocalDate.ofInstant(clock.instant(), TableFile.ZONE) : to;
        var first = from;
        if (first == null) {
            first = report == Report.DELINQUENCY || report == Report.RECOVERY
                    ? last.minusMonths(USUAL_MONTHS - 1).withDayOfMonth(1)
                    : last.minusDays(USUAL_DAYS - 1);
        }
        if (first.isAfter(last) || first.isBefore(last.minusDays(MOST_DAYS))) {
            throw ProblemException.invalid(
                    InvalidField.query("from", "a day not after \"to\", at most " + MOST_DAYS + " days before it"));
        }
        return new Days(first, last);
    }
}
