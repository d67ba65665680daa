package net.catraca.billing.payment;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How much of what is left of a payment is interest and fine, where the payer's system does not say; pure. The rest is
 * the contract's credit.
 */
public final class Charges {

    /** The fine's legal ceiling for consumers (Lei 8.078/1990, art. 52 §1): 2 %, once. */
    private static final long FINE_PER_MILLE = 20;

    /** Interest's usual ceiling: 1 % a month, by days. */
    private static final long INTEREST_PER_MILLE_A_MONTH = 10;

    private static final long DAYS_A_MONTH = 30;

    private Charges() {}

    /** What was paid of a bill and when it was due. */
    public record PaidBill(long cents, LocalDate dueOn) {}

    /**
     * @param left what no receivable took
     * @param bills what the payment paid; of a bill paid in time nothing is interest
     */
    public static long within(long left, LocalDate paidOn, List<PaidBill> bills) {
        long most = bills.stream()
                .mapToLong(bill -> most(bill.cents(), bill.dueOn(), paidOn))
                .sum();
        return Math.min(left, most);
    }

    /** What interest and fine can come to; 0 of what is paid in time. No rules of a contract ask for more. */
    static long most(long cents, LocalDate dueOn, LocalDate paidOn) {
        return paidOn.isAfter(dueOn) ? most(cents, ChronoUnit.DAYS.between(dueOn, paidOn)) : 0;
    }

    private static long most(long cents, long daysLate) {
        long fine = cents * FINE_PER_MILLE;
        long interest = cents * INTEREST_PER_MILLE_A_MONTH * daysLate / DAYS_A_MONTH;
        // To the next cent: a rounding is no credit.
        return (fine + interest + 999) / 1000;
    }
}
