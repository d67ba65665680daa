package net.catraca.billing.receivable;

import org.jspecify.annotations.Nullable;

/**
 * How recurring receivables are made, as far as somebody has said: a contract's rules go before its plan's, those before
 * the settings'. Null: not said here.
 *
 * @param periodsAhead how many periods after the running one have their receivable already, 0 to {@value #MOST_AHEAD}
 * @param openLimit with so many open recurring receivables a contract gets no further one, 1 or more
 * @param leastDaysToPay days from issue to due date at least, 0 or more
 * @param fineBasisPoints the fine once paid late, in hundredths of a per cent, at most {@value #MOST_FINE}
 * @param interestBasisPoints interest for thirty days, by days, in hundredths of a per cent, at most
 *     {@value #MOST_INTEREST}
 * @param discountCents off a whole period's price when paid in time; of a part of a period the same part of it
 * @param discountDays so many days before the due date the discount holds for the last time
 */
public record BillingRules(
        @Nullable Integer periodsAhead,
        @Nullable Integer openLimit,
        @Nullable Integer leastDaysToPay,
        @Nullable Integer fineBasisPoints,
        @Nullable Integer interestBasisPoints,
        @Nullable Long discountCents,
        @Nullable Integer discountDays) {

    public static final int MOST_AHEAD = 24;

    /** The legal ceiling for consumers: 2 % (Lei 8.078/1990, art. 52 §1). */
    public static final int MOST_FINE = 200;

    /** 1 % a month, the usual ceiling: beyond it a payment's surplus would be taken for credit. */
    public static final int MOST_INTEREST = 100;

    /** Nothing said. */
    public static final BillingRules NONE = new BillingRules(null, null, null, null, null, null, null);

    /** What holds where nobody has said otherwise; a prepaid contract is one period ahead, a postpaid one none. */
    public static final BillingRules USUAL = new BillingRules(null, 6, 5, 200, 100, 0L, 0);

    /** These rules, and the others where these say nothing. */
    public BillingRules orElse(BillingRules others) {
        return new BillingRules(
                first(periodsAhead, others.periodsAhead),
                first(openLimit, others.openLimit),
                first(leastDaysToPay, others.leastDaysToPay),
                first(fineBasisPoints, others.fineBasisPoints),
                first(interestBasisPoints, others.interestBasisPoints),
                first(discountCents, others.discountCents),
                first(discountDays, others.discountDays));
    }

    /** A rule that was not said anywhere has no effect. */
    static long of(@Nullable Number rule) {
        return rule == null ? 0 : rule.longValue();
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one == null ? other : one;
    }
}
