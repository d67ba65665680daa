package net.catraca.billing.receivable;

import java.time.LocalDate;

/**
 * Of which period and at which price a receivable was generated, so that it can be reckoned again when a pause, an
 * exemption or a plan change comes after it.
 *
 * @param key its first covered day when it was generated: a contract has one receivable of each
 * @param periodFirst first day of the whole period, which the days are counted in
 * @param listCents the plan's monthly price at issue
 * @param ownCents what it charges for its own days, without what it makes up for others
 */
public record Generated(
        LocalDate key, LocalDate periodFirst, LocalDate periodLast, long planId, long listCents, long ownCents) {

    BillingPeriod period() {
        return new BillingPeriod(periodFirst, periodLast);
    }

    /** The same for fewer days. */
    public Generated charging(long cents) {
        return new Generated(key, periodFirst, periodLast, planId, listCents, cents);
    }
}
