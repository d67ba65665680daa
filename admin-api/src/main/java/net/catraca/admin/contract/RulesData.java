package net.catraca.admin.contract;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import net.catraca.billing.receivable.BillingRules;
import org.jspecify.annotations.Nullable;

/** How the receivables of a plan's contracts are made. Rules left out are those of the settings. */
@Serdeable
@Schema(name = "BillingRulesData", example = """
                {"periodsAhead":1,"openLimit":4,"leastDaysToPay":5,"fineBasisPoints":200,"interestBasisPoints":100,
                 "discountCents":500,"discountDays":3}
                """)
record RulesData(
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

    static final String AHEAD =
            "How many periods after the running one have their receivable already; 1 for prepaid and 0 for postpaid"
                    + " contracts where nobody says.";
    static final String LIMIT = "With so many open recurring receivables a contract gets no further one.";
    static final String DAYS = "Days from issue to due date at least.";
    static final String FINE = "Fine for paying late, once, in hundredths of a per cent.";
    static final String INTEREST = "Interest for thirty days, by days, in hundredths of a per cent.";
    static final String DISCOUNT = "Off a whole period's price when paid in time.";
    static final String DISCOUNT_DAYS = "So many days before the due date the discount holds for the last time.";

    BillingRules rules() {
        return new BillingRules(
                periodsAhead,
                openLimit,
                leastDaysToPay,
                fineBasisPoints,
                interestBasisPoints,
                discountCents,
                discountDays);
    }
}
