package net.catraca.billing.receivable;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AgreementTerms.Relief;
import net.catraca.billing.access.DayWindow;
import org.jspecify.annotations.Nullable;

/**
 * Old receivables of a contract that are replaced by instalments.
 *
 * @param signedWith the first of those signed together for several contracts of a customer, which break together; null
 *     when signed alone
 * @param relief as the policy had it when it was signed
 * @param breakDays days late of an instalment from which (≥) it breaks, as the policy had it when it was signed
 * @param debtCents what the replaced receivables missed
 * @param chargesCents fine and interest that were added
 * @param discountCents what was forgiven; once it breaks it is owed again
 * @param end how it was broken or cancelled, else null
 */
public record Agreement(
        long id,
        long version,
        long contractId,
        @Nullable Long signedWith,
        State state,
        Relief relief,
        int breakDays,
        long debtCents,
        long chargesCents,
        long discountCents,
        LocalDate signedOn,
        Instant signedAt,
        String signedBy,
        String reason,
        @Nullable End end) {

    public enum State {
        /** Signed, and the old debt counts until the first payment. */
        PENDING,
        /** The old debt is replaced; its coverage counts as covered. */
        RUNNING,
        /** All instalments are settled. A reversed payment makes it run again. */
        COMPLETED,
        /** An instalment was late too long, or a person broke it: the old debt is back. */
        BROKEN,
        /** Taken back by a person, as when it was signed in error: the old debt is back. */
        CANCELLED;

        /** Whether its instalments are still to be paid. */
        public boolean isStanding() {
            return this == PENDING || this == RUNNING;
        }
    }

    public record End(Instant at, String by, String reason) {}

    /**
     * An old receivable.
     *
     * @param owedCents what was missing of it at signing
     */
    public record Replaced(long receivableId, long owedCents) {}

    /**
     * Money of a broken agreement, given to what was owed before.
     *
     * @param to null: to the contract's credit
     */
    public record Move(long paymentId, long from, @Nullable Long to, long cents) {}

    /** The sum of its instalments. */
    public long totalCents() {
        return debtCents + chargesCents - discountCents;
    }

    /**
     * The state of one that was neither broken nor cancelled; it follows from what is paid and not from the order in
     * which that was told.
     *
     * @param instalments how many it has
     * @param settled how many of them are settled
     */
    public static State stateOf(Relief relief, int instalments, int settled) {
        if (settled == instalments) {
            return State.COMPLETED;
        }
        return relief == Relief.AT_SIGNING || settled > 0 ? State.RUNNING : State.PENDING;
    }

    /**
     * The first day on which it breaks if nothing more is paid: paused days do not count as late.
     *
     * @param oldestDueDay day 0 of the oldest unpaid instalment
     * @param pauses those that cut into its delay
     * @return days since 1970-01-01, or {@link DayWindow#OPEN} while a pause is open
     */
    public int breaksOn(int oldestDueDay, @Nullable DayWindow pauses) {
        return DayWindow.dayReaching(pauses, oldestDueDay, breakDays);
    }
}
