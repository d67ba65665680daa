package net.catraca.billing.report;

/**
 * Monthly revenue of contracts in one situation; each contract is in at most one.
 *
 * @param monthlyCents of their plans
 */
public record RevenueCount(Situation situation, long contracts, long monthlyCents) {

    public enum Situation {
        /** Late and warned; the network sees no difference. */
        WARNED,
        /** A run would reduce them now. */
        RUN_WOULD_REDUCE,
        /** A run would block them now. */
        RUN_WOULD_BLOCK,
        /** Reduced for money. */
        REDUCED,
        /** Blocked for money. */
        BLOCKED
    }
}
