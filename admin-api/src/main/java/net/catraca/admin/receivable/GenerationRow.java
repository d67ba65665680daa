package net.catraca.admin.receivable;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.office.ReceivableGeneration.Drawn;
import net.catraca.billing.receivable.Bill;
import net.catraca.billing.receivable.Cut;
import net.catraca.billing.receivable.Skipped;
import net.catraca.billing.receivable.Skipped.Reason;
import org.jspecify.annotations.Nullable;

/** One thing that generation would do, or not, for a contract. */
@Serdeable
@Schema(name = "GenerationRow")
record GenerationRow(
        long contractId,
        What what,

        @Nullable @Schema(description = "Why nothing is issued.")
        Reason reason,

        @Nullable LocalDate coverageFirst,
        @Nullable LocalDate coverageLast,

        @Nullable @Schema(description = "Days that are charged; paused and exempt ones are not.")
        Integer chargedDays,

        @Nullable @Schema(description = "Days of the whole period.")
        Integer periodDays,

        @Nullable LocalDate dueOn,

        @Nullable
        @Schema(description = "Of the receivable; of what is left over, less than 0 to the customer's credit.")
        Long nominalCents,

        @Nullable @Schema(description = "What of it is for its own days; the rest makes up for others.")
        Long ownCents,

        @Nullable Long discountCents,
        @Nullable LocalDate discountUntil,

        @Nullable @Schema(description = "Settled as it is issued: credit takes all of it.")
        Boolean paidByCredit,

        @Nullable @Schema(description = "The receivable that is shortened or taken back.")
        Long receivableId,

        @Nullable @Schema(description = "What it makes up for.")
        List<AdjustmentView> adjustments) {

    enum What {
        ISSUE,
        /** Written anew for the days before the contract's end. */
        SHORTEN,
        /** Taken back: its days lie after the contract's end. */
        WITHDRAW,
        SKIP
    }

    static List<GenerationRow> of(Drawn drawn) {
        List<GenerationRow> rows = new ArrayList<>();
        drawn.outcome().cuts().forEach(cut -> rows.add(of(drawn.contractId(), cut)));
        drawn.outcome().bills().forEach(bill -> rows.add(of(bill)));
        drawn.outcome().skipped().forEach(skipped -> rows.add(of(skipped)));
        return rows;
    }

    private static GenerationRow of(Bill bill) {
        return new GenerationRow(
                bill.contractId(),
                What.ISSUE,
                null,
                bill.coverageFirst(),
                bill.coverageLast(),
                bill.chargedDays(),
                bill.periodDays(),
                bill.dueOn(),
                bill.nominalCents(),
                bill.generated().ownCents(),
                bill.discountCents(),
                bill.discountUntil(),
                bill.paidByCredit(),
                null,
                bill.adjustments().stream().map(AdjustmentView::of).toList());
    }

    private static GenerationRow of(long contractId, Cut cut) {
        var old = cut.receivable();
        boolean shortened = cut.coverageLast() != null;
        return new GenerationRow(
                contractId,
                shortened ? What.SHORTEN : What.WITHDRAW,
                null,
                old.coverageFirst(),
                shortened ? cut.coverageLast() : old.coverageLast(),
                null,
                null,
                old.dueOn(),
                cut.nominalCents(),
                cut.ownCents(),
                null,
                null,
                null,
                old.id(),
                null);
    }

    private static GenerationRow of(Skipped skipped) {
        return new GenerationRow(
                skipped.contractId(),
                What.SKIP,
                skipped.reason(),
                skipped.first(),
                skipped.last(),
                null,
                null,
                null,
                skipped.cents() == 0 ? null : skipped.cents(),
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
