package net.catraca.admin.lint;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.admin.http.Csv;
import net.catraca.admin.http.Kebab;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.office.Lint;
import org.jspecify.annotations.Nullable;

/** Writes findings as comma-separated values, a portion at a time. */
final class LintCsv {

    /** Rows in memory while all stream by. */
    private static final int ROWS_AT_ONCE = 1000;

    private final Csv out;

    LintCsv(Writer out) {
        this.out = new Csv(out);
    }

    void write(Lint lint, long runId, @Nullable LintKind kind, @Nullable Long contractId) throws IOException {
        out.line(List.of("kind", "contractId", "customerId", "message", "facts"));
        long after = 0;
        for (var found = lint.findings(runId, kind, contractId, after, ROWS_AT_ONCE);
                !found.isEmpty();
                found = lint.findings(runId, kind, contractId, after, ROWS_AT_ONCE)) {
            for (var finding : found) {
                out.line(columns(finding));
            }
            after = found.getLast().id();
        }
    }

    private static List<String> columns(LintFinding finding) {
        return List.of(
                Kebab.of(finding.kind()),
                number(finding.contractId()),
                number(finding.customerId()),
                Csv.text(finding.words()),
                Csv.text(finding.facts().entrySet().stream()
                        .map(fact -> fact.getKey() + "=" + fact.getValue())
                        .collect(Collectors.joining("; "))));
    }

    private static String number(@Nullable Long id) {
        return id == null ? "" : Long.toString(id);
    }
}
