package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * How one contract's recurring receivables are generated. A contract without terms gets none from here: whoever pushes
 * its receivables goes on doing so.
 *
 * @param version rises with every write
 * @param billingDay day of the month, 1 to 31, on which its coverage periods begin; the last day of a shorter month
 * @param dueDay day of the month, 1 to 31, on which receivables fall due; the last day of a shorter month
 * @param startsOn the first day that is charged; null for the financial base date
 * @param endsOn the last day that is charged unless the contract is renewed; null when it has no end
 * @param priceCents its own monthly price; null for its plan's
 */
public record BillingTerms(
        long contractId,
        long version,
        int billingDay,
        int dueDay,
        @Nullable LocalDate startsOn,
        @Nullable LocalDate endsOn,
        @Nullable Long priceCents,
        BillingRules rules) {

    /** Its successor, valid from a day on. */
    public BillingTerms startingOn(LocalDate day) {
        return new BillingTerms(contractId, version, billingDay, dueDay, day, endsOn, priceCents, rules);
    }
}
