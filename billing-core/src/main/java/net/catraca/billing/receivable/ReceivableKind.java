package net.catraca.billing.receivable;

public enum ReceivableKind {
    /** For a coverage period: paid-until runs on what is paid of these. */
    RECURRING,
    /** Installation, a visit: owed, but by default no ground for blocking. */
    ONE_OFF,
    /** An instalment of an agreement: it has thresholds of its own. */
    RENEGOTIATED
}
