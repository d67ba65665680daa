package net.catraca.admin.lint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.admin.http.Csv;
import net.catraca.admin.http.Kebab;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.office.Lint;
import org.jspecify.annotations.Nullable;

/** Writes findings as comma-separated values, one after the other. */
final class LintCsv {

    private final Csv out;

    LintCsv(Writer out) {
        this.out = new Csv(out);
    }

    void write(Lint lint, @Nullable LintKind kind, @Nullable Long contractId) throws IOException {
        out.line(List.of("kind", "contractId", "customerId", "message", "facts"));
        lint.eachFinding(kind, contractId, this::line);
    }

    private void line(LintFinding finding) {
        try {
            out.line(columns(finding));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
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
