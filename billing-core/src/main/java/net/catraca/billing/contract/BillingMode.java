package net.catraca.billing.contract;

public enum BillingMode {
    /** Pays before it uses: late from the day after paid-until, too. */
    PREPAID,
    /** Pays after it used: paid-until may lie in the past with nothing overdue. */
    POSTPAID
}
