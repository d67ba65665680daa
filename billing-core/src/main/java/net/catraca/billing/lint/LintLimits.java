package net.catraca.billing.lint;

/**
 * From when on something is worth a look.
 *
 * @param paidUntilCeilingDays paid-until further ahead than this is unusual
 * @param unpaidDays a contract that is late for so many days should not be active
 * @param blockedDays a contract that is blocked for more days is a candidate for cancellation
 * @param prepaidUnissuedDays days without a receivable of a prepaid contract
 * @param postpaidUnissuedDays the same of a postpaid one, whose receivables are issued when their period has ended
 */
public record LintLimits(
        int paidUntilCeilingDays, int unpaidDays, int blockedDays, int prepaidUnissuedDays, int postpaidUnissuedDays) {

    public static final LintLimits USUAL = new LintLimits(400, 60, 60, 5, 40);
}
