package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A receivable as a person or a billing job writes it.
 *
 * @param externalId of the system that issued it; needed for an upsert, else may be null
 * @param nominalCents more than zero
 * @param discountCents less than the nominal amount; 0 for none
 * @param discountUntil last payment day on which the discount holds; null exactly when there is none
 * @param issuedOn null: today in the contract's zone
 * @param dueOn as agreed with the customer; a non-banking day moves to the next banking day by itself
 * @param coverageFirst first covered day; a recurring receivable has both, a one-off none
 * @param countsForBlocking null: as is usual for the kind, which is no for a one-off and yes for the others
 */
public record ReceivableDraft(
        @Nullable String externalId,
        long contractId,
        ReceivableKind kind,
        long nominalCents,
        long discountCents,
        @Nullable LocalDate discountUntil,
        @Nullable LocalDate issuedOn,
        LocalDate dueOn,
        @Nullable LocalDate coverageFirst,
        @Nullable LocalDate coverageLast,
        @Nullable Boolean countsForBlocking) {

    /** Whether it counts for blocking, as said or as is usual for its kind. */
    public boolean counts() {
        return countsForBlocking == null ? kind != ReceivableKind.ONE_OFF : countsForBlocking;
    }
}
