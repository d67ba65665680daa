package net.catraca.billing.receivable;

import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agreement as a person wants it.
 *
 * @param contractId whose overdue receivables are all taken, or null when receivables are named
 * @param receivableIds overdue ones, of one customer; empty when a contract is named
 * @param chargesCents fine and interest that are added; 0 for none
 * @param discountCents what is forgiven; 0 for none
 * @param downPaymentCents the first payment, 0 for none
 * @param downPaymentDueOn null: today
 * @param instalments how many after the down payment; 0 when that is the whole
 * @param firstDueOn of the first of them, the others monthly after it; null exactly when there are none
 */
public record AgreementDraft(
        @Nullable Long contractId,
        Set<Long> receivableIds,
        long chargesCents,
        long discountCents,
        long downPaymentCents,
        @Nullable LocalDate downPaymentDueOn,
        int instalments,
        @Nullable LocalDate firstDueOn,
        String reason) {

    public AgreementDraft {
        receivableIds = Set.copyOf(receivableIds);
    }
}
