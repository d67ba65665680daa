package net.catraca.billing.receivable;

import java.time.LocalDate;
import net.catraca.billing.calendar.BankingCalendar;
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

    /**
     * What may be left out when it is paid on that day. As a bank takes the bill: a last day on which no bank is open is
     * the next banking day.
     */
    public long discountOn(LocalDate day, BankingCalendar calendar) {
        boolean holds = discountUntil != null && !day.isAfter(calendar.nextBankingDay(discountUntil));
        return holds ? discountCents : 0;
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
        var change = new Change(this);
        change.status = newStatus;
        change.paidCents = cents;
        change.settledOn = on;
        return change.done();
    }

    /** With its part in an agreement. */
    public Receivable in(long agreementId, Part part) {
        var change = new Change(this);
        change.agreement = new InAgreement(agreementId, part);
        return change.done();
    }

    /** Owed no longer. */
    public Receivable cancelled(String reason) {
        var change = new Change(this);
        change.status = ReceivableStatus.CANCELLED;
        change.cancelReason = reason;
        return change.done();
    }

    /** Due on another day; the original due day is kept. */
    public Receivable dueOn(LocalDate newDueOn) {
        var change = new Change(this);
        change.dueOn = newDueOn;
        return change.done();
    }

    /** A generated one for fewer days. */
    public Receivable cut(LocalDate newCoverageLast, long newNominalCents, Generated newGenerated) {
        boolean discounted = discountCents > 0 && discountCents < newNominalCents;
        var change = new Change(this);
        change.nominalCents = newNominalCents;
        change.discountCents = discounted ? discountCents : 0;
        change.discountUntil = discounted ? discountUntil : null;
        change.coverageLast = newCoverageLast;
        change.generated = newGenerated;
        return change.done();
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
        var change = new Change(this);
        change.nominalCents = newNominalCents;
        change.discountCents = newDiscountCents;
        change.discountUntil = newDiscountUntil;
        change.dueOn = newDueOn;
        change.originalDueOn = newOriginalDueOn;
        return change.done();
    }

    /** As its issuer writes it now; what was paid of it stays. */
    public Receivable rewritten(ReceivableDraft draft) {
        var change = new Change(this);
        change.kind = draft.kind();
        change.nominalCents = draft.nominalCents();
        change.discountCents = draft.discountCents();
        change.discountUntil = draft.discountUntil();
        change.issuedOn = draft.issuedOn() == null ? issuedOn : draft.issuedOn();
        change.dueOn = draft.dueOn();
        change.coverageFirst = draft.coverageFirst();
        change.coverageLast = draft.coverageLast();
        change.countsForBlocking = draft.counts();
        return change.done();
    }

    /** What is written otherwise, of a receivable that is else as before. */
    private static final class Change {

        private final Receivable before;
        private ReceivableKind kind;
        private long nominalCents;
        private long discountCents;
        private @Nullable LocalDate discountUntil;
        private LocalDate issuedOn;
        private LocalDate dueOn;
        private LocalDate originalDueOn;
        private @Nullable LocalDate coverageFirst;
        private @Nullable LocalDate coverageLast;
        private boolean countsForBlocking;
        private ReceivableStatus status;
        private long paidCents;
        private @Nullable LocalDate settledOn;
        private @Nullable String cancelReason;
        private @Nullable InAgreement agreement;
        private @Nullable Generated generated;

        Change(Receivable before) {
            this.before = before;
            this.kind = before.kind;
            this.nominalCents = before.nominalCents;
            this.discountCents = before.discountCents;
            this.discountUntil = before.discountUntil;
            this.issuedOn = before.issuedOn;
            this.dueOn = before.dueOn;
            this.originalDueOn = before.originalDueOn;
            this.coverageFirst = before.coverageFirst;
            this.coverageLast = before.coverageLast;
            this.countsForBlocking = before.countsForBlocking;
            this.status = before.status;
            this.paidCents = before.paidCents;
            this.settledOn = before.settledOn;
            this.cancelReason = before.cancelReason;
            this.agreement = before.agreement;
            this.generated = before.generated;
        }

        Receivable done() {
            return new Receivable(
                    before.id,
                    before.version,
                    before.externalId,
                    before.contractId,
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
                    agreement,
                    before.lateTerms,
                    generated,
                    before.replacesId,
                    before.replacedById,
                    before.withdrawn);
        }
    }
}
