package net.catraca.admin.receivable;

import java.io.IOException;
import java.io.Writer;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import net.catraca.admin.http.Csv;
import net.catraca.admin.http.Kebab;
import net.catraca.billing.office.ReceivableGeneration;
import net.catraca.billing.office.ReceivableGeneration.Scope;
import org.jspecify.annotations.Nullable;

/** Writes what generation would do as comma-separated values, a portion at a time. No column is free text. */
final class GenerationCsv {

    /** Contracts in memory while all stream by. */
    private static final int CONTRACTS_AT_ONCE = 500;

    private static final List<String> HEADER = List.of(
            "contractId",
            "what",
            "reason",
            "coverageFirst",
            "coverageLast",
            "chargedDays",
            "periodDays",
            "dueOn",
            "nominalCents",
            "ownCents",
            "discountCents",
            "discountUntil",
            "paidByCredit",
            "receivableId");

    private final Csv csv;

    GenerationCsv(Writer out) {
        this.csv = new Csv(out);
    }

    void write(ReceivableGeneration generation, Scope scope, @Nullable LocalDate on) throws IOException {
        csv.line(HEADER);
        long after = 0;
        for (var some = generation.preview(scope, on, after, CONTRACTS_AT_ONCE);
                !some.isEmpty();
                some = generation.preview(scope, on, after, CONTRACTS_AT_ONCE)) {
            for (var one : some) {
                for (var row : GenerationRow.of(one)) {
                    csv.line(columns(row));
                }
            }
            after = some.getLast().contractId();
        }
    }

    private static List<String> columns(GenerationRow row) {
        return List.of(
                Long.toString(row.contractId()),
                Kebab.of(row.what()),
                row.reason() == null ? "" : Kebab.of(row.reason()),
                text(row.coverageFirst()),
                text(row.coverageLast()),
                text(row.chargedDays()),
                text(row.periodDays()),
                text(row.dueOn()),
                text(row.nominalCents()),
                text(row.ownCents()),
                text(row.discountCents()),
                text(row.discountUntil()),
                text(row.paidByCredit()),
                text(row.receivableId()));
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
