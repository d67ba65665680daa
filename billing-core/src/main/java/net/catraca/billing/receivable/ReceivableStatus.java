package net.catraca.billing.receivable;

public enum ReceivableStatus {
    OPEN,
    /** Paid, but for the discount and the tolerance that held on the payment day. */
    SETTLED,
    CANCELLED,
    /** Replaced by the instalments of an agreement. */
    RENEGOTIATED
}
