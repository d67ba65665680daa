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
 * @param agreement its part in the last agreement that it got into, null when there was none
 * @param lateTerms what paying late costs; null for what the contract's rules say
 * @param generated null for one that a person or another system has made
 * @param replacesId the one in whose place it was written
 * @param replacedById the one that was written in its place
 * @param withdrawn taken back because the contract had ended: its days may be billed again
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
        @Nullable String cancelReason,
        @Nullable InAgreement agreement,
        @Nullable LateTerms lateTerms,
        @Nullable Generated generated,
        @Nullable Long replacesId,
        @Nullable Long replacedById,
        boolean withdrawn) {

    /** What a receivable is to an agreement. */
    public record InAgreement(long agreementId, Part part) {}

    public enum Part {
        /** One of those that are paid instead of the old debt. */
        INSTALMENT,
        /** Old debt that the agreement replaces once its first payment comes. Until then it is owed and counts. */
        PROMISED,
        /** Old debt that it has replaced. */
        REPLACED,
        /** Old debt that came back. Its due day counts, and the end of paid-until does not: tightening waits for a run. */
        RETURNED
    }

    /** Whether it is for a period that has the day; whether it is paid is another matter. */
    public boolean covers(LocalDate day) {
        return kind == ReceivableKind.RECURRING
                && coverageFirst != null
                && coverageLast != null
                && !day.isBefore(coverageFirst)
                && !day.isAfter(coverageLast);
    }

    /** Whether it is that to whichever agreement. */
    public boolean is(Part part) {
        return agreement != null && agreement.part() == part;
    }

    /** One that was made by hand and stands for itself. */
    public Receivable(
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
        this(
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
                status,
                paidCents,
                settledOn,
                cancelReason,
                null,
                null,
                null,
                null,
                null,
                false);
    }

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
                cancelReason,
                agreement,
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
    }

    /** With its part in an agreement. */
    public Receivable in(long agreementId, Part part) {
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
                status,
                paidCents,
                settledOn,
                cancelReason,
                new InAgreement(agreementId, part),
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
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
                reason,
                agreement,
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
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
                cancelReason,
                agreement,
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
    }

    /** A generated one for fewer days. */
    public Receivable cut(LocalDate newCoverageLast, long newNominalCents, Generated newGenerated) {
        boolean discounted = discountCents > 0 && discountCents < newNominalCents;
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                kind,
                newNominalCents,
                discounted ? discountCents : 0,
                discounted ? discountUntil : null,
                issuedOn,
                dueOn,
                originalDueOn,
                coverageFirst,
                newCoverageLast,
                countsForBlocking,
                status,
                paidCents,
                settledOn,
                cancelReason,
                agreement,
                lateTerms,
                newGenerated,
                replacesId,
                replacedById,
                withdrawn);
    }

    /**
     * The same debt written anew.
     *
     * @param newOriginalDueOn the day from which the debt is counted: a new paper makes it no younger
     */
    public Receivable substituted(
            long newNominalCents,
            long newDiscountCents,
            @Nullable LocalDate newDiscountUntil,
            LocalDate newDueOn,
            LocalDate newOriginalDueOn) {
        return new Receivable(
                id,
                version,
                externalId,
                contractId,
                kind,
                newNominalCents,
                newDiscountCents,
                newDiscountUntil,
                issuedOn,
                newDueOn,
                newOriginalDueOn,
                coverageFirst,
                coverageLast,
                countsForBlocking,
                status,
                paidCents,
                settledOn,
                cancelReason,
                agreement,
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
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
                cancelReason,
                agreement,
                lateTerms,
                generated,
                replacesId,
                replacedById,
                withdrawn);
    }
}
