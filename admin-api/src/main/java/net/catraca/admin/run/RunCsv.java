package net.catraca.admin.run;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.http.Csv;
import net.catraca.admin.http.Kebab;
import net.catraca.billing.office.AccessRuns;
import net.catraca.billing.run.RunRow;

/** Writes a run's rows as comma-separated values (RFC 4180), a portion at a time. */
final class RunCsv {

    /** Rows in memory while all stream by. */
    private static final int ROWS_AT_ONCE = 1000;

    private static final List<String> HEADER = List.of(
            "contractId",
            "fromLevel",
            "level",
            "daysLate",
            "lateSince",
            "threshold",
            "renegotiated",
            "policyId",
            "policyVersion",
            "monthlyCents",
            "releasedToday",
            "nas",
            "region",
            "outcome",
            "dropReason",
            "dropDetail");

    private final Csv csv;

    RunCsv(Writer out) {
        this.csv = new Csv(out);
    }

    void write(AccessRuns runs, long runId) throws IOException {
        csv.line(HEADER);
        long after = 0;
        for (var rows = runs.rows(runId, after, ROWS_AT_ONCE);
                !rows.isEmpty();
                rows = runs.rows(runId, after, ROWS_AT_ONCE)) {
            for (var row : rows) {
                csv.line(columns(row));
            }
            after = rows.getLast().contractId();
        }
    }

    private static List<String> columns(RunRow row) {
        var view = RunRowView.of(row);
        var columns = new ArrayList<String>();
        columns.add(Long.toString(view.contractId()));
        columns.add(Kebab.of(view.fromLevel()));
        columns.add(Kebab.of(view.level()));
        columns.add(Integer.toString(view.daysLate()));
        columns.add(view.lateSince().toString());
        columns.add(Integer.toString(view.threshold()));
        columns.add(Boolean.toString(view.renegotiated()));
        columns.add(Long.toString(view.policyId()));
        columns.add(Integer.toString(view.policyVersion()));
        columns.add(Long.toString(view.monthlyCents()));
        columns.add(Boolean.toString(view.releasedToday()));
        columns.add(Csv.text(view.nas()));
        columns.add(Csv.text(view.region()));
        columns.add(Kebab.of(view.outcome()));
        columns.add(view.dropReason() == null ? "" : Kebab.of(view.dropReason()));
        columns.add(Csv.text(view.dropDetail()));
        return columns;
    }
}
