package net.catraca.billing.payment;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Spreads an amount over receivables; pure. */
public final class Spreading {

    private Spreading() {}

    /**
     * @param settlements those that took something, with it
     * @param shares what each of them took, in the same order
     * @param left what none of them took
     */
    public record Spread(List<Settlement> settlements, List<Payment.Allocation> shares, long left) {

        /**
         * What of the rest is interest and fine, and no credit.
         *
         * @param told what the payer's system says; 0 when it says nothing
         */
        public long chargesCents(long told, LocalDate paidOn) {
            if (told > 0) {
                return Math.min(left, told);
            }
            List<Charges.PaidBill> bills = new ArrayList<>();
            for (int i = 0; i < shares.size(); i++) {
                bills.add(new Charges.PaidBill(
                        shares.get(i).cents(), settlements.get(i).receivable().dueOn()));
            }
            return Charges.within(left, paidOn, bills);
        }
    }

    /**
     * What counts for blocking first, then the rest, each oldest due first; each takes what it misses on the payment
     * day, and no more.
     *
     * @param paymentId of the payment that is spread
     */
    public static Spread oldestFirst(long paymentId, long cents, LocalDate paidOn, List<Settlement> open) {
        List<Settlement> paid = new ArrayList<>();
        List<Payment.Allocation> shares = new ArrayList<>();
        long left = cents;
        for (var settlement : open.stream().sorted(Settlement.PAID_FIRST).toList()) {
            long share = Math.min(left, settlement.missingOn(paidOn));
            if (share > 0) {
                paid.add(settlement.with(new Settlement.Paid(paymentId, paidOn, share)));
                shares.add(new Payment.Allocation(settlement.receivable().id(), share));
                left -= share;
            }
        }
        return new Spread(List.copyOf(paid), List.copyOf(shares), left);
    }
}
