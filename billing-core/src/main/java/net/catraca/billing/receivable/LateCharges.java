package net.catraca.billing.receivable;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import net.catraca.billing.calendar.BankingCalendar;

/**
 * What a receivable costs on a day: the discount that still holds, the fine and the interest that have come; pure. They
 * are shown and never block: a receivable is settled by its nominal amount, less discount and tolerance.
 *
 * @param on the day of payment that this is for
 * @param daysLate days after the due date; 0 up to the banking day on which it may still be paid in time
 * @param discountCents what paying on that day saves
 * @param fineCents once, of what is still owed of the nominal amount
 * @param interestCents for the days late, thirty to the month, of the same
 * @param payableCents what is to be paid on that day; 0 when nothing is owed
 */
public record LateCharges(
        LocalDate on, int daysLate, long discountCents, long fineCents, long interestCents, long payableCents) {

    private static final long WHOLE = 10_000;
    private static final long DAYS_A_MONTH = 30;

    /** @param rules those of the receivable's contract; what the receivable itself was issued with goes before them */
    public static LateCharges of(Receivable receivable, BillingRules rules, BankingCalendar calendar, LocalDate on) {
        if (!receivable.isOpen()) {
            return new LateCharges(on, 0, 0, 0, 0, 0);
        }
        long discount = receivable.discountOn(on, calendar);
        long owed = Math.max(0, receivable.nominalCents() - receivable.paidCents());
        int late = on.isAfter(calendar.nextBankingDay(receivable.dueOn()))
                ? Math.toIntExact(ChronoUnit.DAYS.between(receivable.dueOn(), on))
                : 0;
        var terms = receivable.lateTerms() == null ? LateTerms.of(rules) : receivable.lateTerms();
        long fine = late == 0 ? 0 : rounded(owed * terms.fineBasisPoints(), WHOLE);
        long interest = rounded(owed * terms.interestBasisPoints() * late, WHOLE * DAYS_A_MONTH);
        return new LateCharges(on, late, discount, fine, interest, Math.max(0, owed - discount) + fine + interest);
    }

    /** Half up. */
    private static long rounded(long numerator, long denominator) {
        return (2 * numerator + denominator) / (2 * denominator);
    }
}
