package net.catraca.admin.contract;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.LocalDate;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import org.jspecify.annotations.Nullable;

/** How one contract's recurring receivables are generated, as somebody wants it. Rules left out are the plan's. */
@Serdeable
@Schema(name = "BillingData", example = """
                {"billingDay":10,"dueDay":10,"priceCents":8990,"openLimit":4,"discountCents":500,"discountDays":3}
                """)
record BillingData(
        @Min(1)
        @Max(31)
        @Schema(description = "Day of the month on which coverage periods begin; the last one of a shorter month.")
        int billingDay,

        @Min(1)
        @Max(31)
        @Schema(description = "Day of the month on which receivables fall due; the last one of a shorter month.")
        int dueDay,

        @Nullable @Schema(description = "First day that is charged; the financial base date when absent.")
        LocalDate startsOn,

        @Nullable @Schema(description = "Last day that is charged unless the contract is renewed; absent: no end.")
        LocalDate endsOn,

        @Nullable @PositiveOrZero @Schema(description = "Its own monthly price; the plan's when absent.")
        Long priceCents,

        @Nullable @Min(0) @Max(BillingRules.MOST_AHEAD) @Schema(description = RulesData.AHEAD)
        Integer periodsAhead,

        @Nullable @Min(1) @Max(1000) @Schema(description = RulesData.LIMIT)
        Integer openLimit,

        @Nullable @Min(0) @Max(365) @Schema(description = RulesData.DAYS)
        Integer leastDaysToPay,

        @Nullable @Min(0) @Max(BillingRules.MOST_FINE) @Schema(description = RulesData.FINE)
        Integer fineBasisPoints,

        @Nullable @Min(0) @Max(BillingRules.MOST_INTEREST) @Schema(description = RulesData.INTEREST)
        Integer interestBasisPoints,

        @Nullable @PositiveOrZero @Schema(description = RulesData.DISCOUNT)
        Long discountCents,

        @Nullable @Min(0) @Max(365) @Schema(description = RulesData.DISCOUNT_DAYS)
        Integer discountDays) {

    BillingTerms termsFor(long contractId) {
        return new BillingTerms(
                contractId,
                0,
                billingDay,
                dueDay,
                startsOn,
                endsOn,
                priceCents,
                new BillingRules(
                        periodsAhead,
                        openLimit,
                        leastDaysToPay,
                        fineBasisPoints,
                        interestBasisPoints,
                        discountCents,
                        discountDays));
    }
}
