package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An amount with a due date.
 *
 * @param dueOn as agreed or postponed; the next banking day counts
 * @param originalDueOn before any postponing
 * @param coverageFirst first covered day; null but for recurring receivables
 * @param paidCents what payments that stand have paid of it
 * @param settledOn the payment day that settled it, null unless settled
 */
public record Receivable(
        long id,
        long version,
        @Nullable String externalId,
        long contractId,
        ReceivableKind kind,
        long nominalCents,
        long discountCents,
        @Nullable LocalDate discountUntil,
        LocalDate issuedOn,
        LocalDate dueOn,
        LocalDate originalDueOn,
        @Nullable LocalDate coverageFirst,
        @Nullable LocalDate coverageLast,
        boolean countsForBlocking,
        ReceivableStatus status,
        long paidCents,
        @Nullable LocalDate settledOn,
        @Nullable String cancelReason) {

    public boolean isOpen() {
        return status == ReceivableStatus.OPEN;
    }

    /** With what payments make of it. */
    public Receivable paid(long cents, ReceivableStatus newStatus, @Nullable LocalDate on) {
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                kind,
                nominalCents,
                discountCents,
                discountUntil,
                issuedOn,
                dueOn,
                originalDueOn,
                coverageFirst,
                coverageLast,
                countsForBlocking,
                newStatus,
                cents,
                on,
                cancelReason);
    }

    /** Owed no longer. */
    public Receivable cancelled(String reason) {
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                kind,
                nominalCents,
                discountCents,
                discountUntil,
                issuedOn,
                dueOn,
                originalDueOn,
                coverageFirst,
                coverageLast,
                countsForBlocking,
                ReceivableStatus.CANCELLED,
                paidCents,
                settledOn,
                reason);
    }

    /** Due on another day; the original due day is kept. */
    public Receivable dueOn(LocalDate newDueOn) {
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                kind,
                nominalCents,
                discountCents,
                discountUntil,
                issuedOn,
                newDueOn,
                originalDueOn,
                coverageFirst,
                coverageLast,
                countsForBlocking,
                status,
                paidCents,
                settledOn,
                cancelReason);
    }

    /** As its issuer writes it now; what was paid of it stays. */
    public Receivable rewritten(ReceivableDraft draft) {
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                draft.kind(),
                draft.nominalCents(),
                draft.discountCents(),
                draft.discountUntil(),
                draft.issuedOn() == null ? issuedOn : draft.issuedOn(),
                draft.dueOn(),
                originalDueOn,
                draft.coverageFirst(),
                draft.coverageLast(),
                draft.counts(),
                status,
                paidCents,
                settledOn,
                cancelReason);
    }
}
