package net.catraca.admin.agreement;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import net.catraca.billing.receivable.AgreementDraft;
import org.jspecify.annotations.Nullable;

/** What a customer and the ISP agree upon. */
@Serdeable
@Schema(name = "NewAgreement", example = """
                {"contractId":1,"chargesCents":500,"downPaymentCents":2000,"instalments":3,"firstDueOn":"2026-12-10",
                 "reason":"asked for on the phone"}
                """)
record NewAgreement(
        @Nullable @Schema(description = "All its overdue receivables are taken; or name some in receivableIds.")
        Long contractId,

        @Nullable @Size(max = 500) @Schema(description = "Overdue ones, of one contract or of several of one customer.")
        List<Long> receivableIds,

        @Nullable @PositiveOrZero @Schema(description = "Fine and interest that are added.")
        Long chargesCents,

        @Nullable @PositiveOrZero @Schema(description = "What is forgiven while the agreement is kept.")
        Long discountCents,

        @Nullable @PositiveOrZero Long downPaymentCents,

        @Nullable @Schema(description = "Today when absent.")
        LocalDate downPaymentDueOn,

        @PositiveOrZero @Schema(description = "How many after the down payment.")
        int instalments,

        @Nullable @Schema(description = "Of the first instalment; the others are due monthly after it.")
        LocalDate firstDueOn,

        @NotBlank @Size(max = 500) String reason) {

    AgreementDraft draft() {
        return new AgreementDraft(
                contractId,
                receivableIds == null ? Set.of() : Set.copyOf(receivableIds),
                orZero(chargesCents),
                orZero(discountCents),
                orZero(downPaymentCents),
                downPaymentDueOn,
                instalments,
                firstDueOn,
                reason);
    }

    private static long orZero(@Nullable Long cents) {
        return cents == null ? 0 : cents;
    }
}
