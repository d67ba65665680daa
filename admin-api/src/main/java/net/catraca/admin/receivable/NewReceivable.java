package net.catraca.admin.receivable;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import org.jspecify.annotations.Nullable;

/** What somebody wants a contract to owe. */
@Serdeable
@Schema(name = "NewReceivable", example = """
                {"externalId":"boleto-90210","kind":"recurring","nominalCents":9990,"dueOn":"2026-12-10",
                 "coverageFirst":"2026-11-10","coverageLast":"2026-12-09"}
                """)
record NewReceivable(
        @Nullable @Size(min = 1, max = 200) String externalId,
        ReceivableKind kind,
        @Positive @Schema(example = "9990") long nominalCents,

        @Nullable @PositiveOrZero @Schema(description = "Off the nominal amount when paid in time; none when absent.")
        Long discountCents,

        @Nullable @Schema(description = "Last payment day of the discount.")
        LocalDate discountUntil,

        @Nullable @Schema(description = "Today when absent.")
        LocalDate issuedOn,

        LocalDate dueOn,

        @Nullable @Schema(description = "First covered day of a recurring receivable.")
        LocalDate coverageFirst,

        @Nullable @Schema(description = "Last covered day.") LocalDate coverageLast,

        @Nullable @Schema(description = "As is usual for the kind when absent: no for a one-off, yes for the others.")
        Boolean countsForBlocking) {

    ReceivableDraft draftFor(long contractId) {
        return new ReceivableDraft(
                externalId,
                contractId,
                kind,
                nominalCents,
                discountCents == null ? 0 : discountCents,
                discountUntil,
                issuedOn,
                dueOn,
                coverageFirst,
                coverageLast,
                countsForBlocking);
    }
}
