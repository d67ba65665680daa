package net.catraca.billing.payment;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A receipt, whole or partial.
 *
 * @param externalId of the payer's system: it counts once
 * @param receivableId the one receivable it was for, or null when it was for the contract
 * @param byHand whether a person entered it, and not a bank's file or a payer's system
 * @param allocations what it paid; of a reversed payment, what it had paid
 * @param unallocatedCents what no receivable took: overpaid, paid twice, or interest
 * @param chargesCents what of it is interest and fine; the rest is the contract's credit
 * @param incomingId what the bank told, or null when nobody but the API did
 * @param reversal null while it stands
 */
public record Payment(
        long id,
        long version,
        String externalId,
        long contractId,
        @Nullable Long receivableId,
        long amountCents,
        LocalDate paidOn,
        String source,
        Instant receivedAt,
        String receivedBy,
        boolean byHand,
        List<Allocation> allocations,
        long unallocatedCents,
        long chargesCents,
        @Nullable Long incomingId,
        @Nullable Reversal reversal) {

    public Payment {
        allocations = List.copyOf(allocations);
    }

    public record Allocation(long receivableId, long cents) {}

    /** The estorno: the receivables it had paid are owed again. */
    public record Reversal(Instant at, String by, String reason) {}

    public boolean isReversed() {
        return reversal != null;
    }

    /** What the contract's next receivable takes: nothing of a reversed payment. */
    public long creditCents() {
        return isReversed() ? 0 : Math.max(0, unallocatedCents - chargesCents);
    }

    /** Whether a payment told again says the same as this one. */
    public boolean saysTheSameAs(PaymentDraft draft) {
        return amountCents == draft.amountCents()
                && paidOn.equals(draft.paidOn())
                && source.equals(draft.source())
                && (draft.contractId() == null || contractId == draft.contractId())
                && Objects.equals(receivableId, draft.receivableId());
    }
}
