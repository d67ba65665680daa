package net.catraca.admin.report;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.Kebab;
import net.catraca.billing.office.Lint;
import net.catraca.billing.office.Reports;
import net.catraca.billing.report.Delinquency.Bucket;
import net.catraca.billing.report.ReportFilter;
import org.jspecify.annotations.Nullable;

/** Reports as lines of cells, for files. */
@Singleton
final class ReportTables {

    /** Which report; each is one file. */
    enum Report {
        PAID_UNTIL,
        DELINQUENCY,
        RECOVERY,
        RELEASES,
        RUNS,
        CANCEL_CANDIDATES,
        REVENUE_AT_STAKE,
        ENDING,
        LINT
    }

    private final Reports reports;
    private final Lint lint;

    ReportTables(Reports reports, Lint lint) {
        this.reports = reports;
        this.lint = lint;
    }

    /** @param withinDays of contracts that end */
    Table of(Report report, ReportFilter filter, LocalDate from, LocalDate to, int withinDays) {
        var name = Kebab.of(report);
        return switch (report) {
            case PAID_UNTIL ->
                new Table(name, List.of("month", "status", "contracts", "monthly"), sheet -> {
                    for (var one : reports.paidUntil(filter)) {
                        sheet.line(List.of(
                                text(one.month()),
                                text(Kebab.of(one.status())),
                                number(one.contracts()),
                                cents(one.monthlyCents())));
                    }
                });
            case DELINQUENCY ->
                new Table(
                        name,
                        List.of("daysLateFrom", "daysLateTo", "contracts", "owedByContracts", "receivables", "owed"),
                        sheet -> {
                            for (var bucket :
                                    reports.delinquency(filter, from, to).buckets()) {
                                sheet.line(cells(bucket));
                            }
                        });
            case RECOVERY ->
                new Table(
                        name,
                        List.of("month", "due", "onTime", "under5DaysLate", "upTo30", "upTo60", "later", "unpaid"),
                        sheet -> {
                            for (var month :
                                    reports.delinquency(filter, from, to).recovery()) {
                                sheet.line(List.of(
                                        text(month.month()),
                                        cents(month.dueCents()),
                                        cents(month.onTimeCents()),
                                        cents(month.smallDelayCents()),
                                        cents(month.within30Cents()),
                                        cents(month.within60Cents()),
                                        cents(month.laterCents()),
                                        cents(month.unpaidCents())));
                            }
                        });
            case RELEASES ->
                new Table(name, List.of("operator", "kind", "releases", "contracts", "running"), sheet -> {
                    for (var one : reports.releases(filter, from, to)) {
                        sheet.line(List.of(
                                text(one.grantedBy()),
                                text(Kebab.of(one.kind())),
                                number(one.releases()),
                                number(one.contracts()),
                                number(one.running())));
                    }
                });
            case RUNS ->
                new Table(
                        name,
                        RUN_TITLES,
                        sheet -> reports.runs(from, to, run -> {
                            var totals = run.totals();
                            line(
                                    sheet,
                                    List.of(
                                            number(run.id()),
                                            text(Kebab.of(run.state())),
                                            text(run.startedBy()),
                                            text(
                                                    run.approval() == null
                                                            ? null
                                                            : run.approval().by()),
                                            new Cell.Moment(run.previewedAt()),
                                            new Cell.Moment(run.endedAt()),
                                            number(totals.reduced()),
                                            number(totals.blocked()),
                                            number(totals.committed()),
                                            number(totals.dropped()),
                                            number(totals.skipped()),
                                            number(totals.lifted()),
                                            cents(totals.monthlyCents())));
                        }));
            case CANCEL_CANDIDATES ->
                new Table(
                        name,
                        CANDIDATE_TITLES,
                        sheet -> reports.cancelCandidates(
                                filter,
                                one -> line(
                                        sheet,
                                        List.of(
                                                number(one.contractId()),
                                                text(one.customerName()),
                                                text(one.planName()),
                                                text(one.region()),
                                                number(one.daysLate()),
                                                cents(one.openCents()),
                                                cents(one.monthlyCents()),
                                                new Cell.Moment(one.blockedAt()),
                                                new Cell.Moment(one.suggestedAt())))));
            case ENDING ->
                new Table(
                        name,
                        ENDING_TITLES,
                        sheet -> reports.ending(
                                filter,
                                withinDays,
                                one -> line(
                                        sheet,
                                        List.of(
                                                number(one.contractId()),
                                                text(one.externalId()),
                                                text(one.customerName()),
                                                text(one.planName()),
                                                text(one.region()),
                                                text(one.endsOn()),
                                                number(one.daysLeft()),
                                                cents(one.monthlyCents())))));
            case REVENUE_AT_STAKE ->
                new Table(name, List.of("situation", "contracts", "monthly"), sheet -> {
                    for (var one : reports.revenue(filter)) {
                        sheet.line(List.of(
                                text(Kebab.of(one.situation())), number(one.contracts()), cents(one.monthlyCents())));
                    }
                });
            case LINT ->
                new Table(
                        name,
                        List.of("kind", "contract", "customer", "message"),
                        sheet -> lint.eachFinding(
                                null,
                                null,
                                finding -> line(
                                        sheet,
                                        List.of(
                                                text(Kebab.of(finding.kind())),
                                                numberOrNone(finding.contractId()),
                                                numberOrNone(finding.customerId()),
                                                text(finding.words())))));
        };
    }

    private static final List<String> RUN_TITLES = List.of(
            "run",
            "state",
            "startedBy",
            "approvedBy",
            "previewedAt",
            "endedAt",
            "reduced",
            "blocked",
            "committed",
            "dropped",
            "skipped",
            "lifted",
            "monthlyAtStake");

    private static final List<String> CANDIDATE_TITLES = List.of(
            "contract", "customer", "plan", "region", "daysLate", "owed", "monthly", "blockedAt", "suggestedAt");

    private static final List<String> ENDING_TITLES =
            List.of("contract", "externalId", "customer", "plan", "region", "endsOn", "daysLeft", "monthly");

    private static List<Cell> cells(Bucket bucket) {
        return List.of(
                number(bucket.firstDay()),
                numberOrNone(bucket.lastDay()),
                number(bucket.contracts()),
                cents(bucket.contractCents()),
                number(bucket.receivables()),
                cents(bucket.receivableCents()));
    }

    private static void line(Table.Sheet sheet, List<Cell> cells) {
        try {
            sheet.line(cells);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Cell text(@Nullable Object text) {
        return new Cell.Text(text == null ? null : text.toString());
    }

    private static Cell number(long number) {
        return new Cell.Count(number);
    }

    private static Cell numberOrNone(@Nullable Number number) {
        return number == null ? text(null) : number(number.longValue());
    }

    private static Cell cents(long cents) {
        return new Cell.Cents(cents);
    }
}
