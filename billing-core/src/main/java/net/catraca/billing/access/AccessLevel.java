package net.catraca.billing.access;

/**
 * How far a contract is let through, from lax to strict. REFUSED (Access-Reject) is only ever the answer to a
 * cancelled contract; a commitment is REDUCED or BLOCKED.
 */
public enum AccessLevel {
    ACTIVE,
    REDUCED,
    BLOCKED,
    REFUSED;

    public boolean stricterThan(AccessLevel other) {
        return compareTo(other) > 0;
    }

    public static AccessLevel laxer(AccessLevel a, AccessLevel b) {
        return a.stricterThan(b) ? b : a;
    }

    public static AccessLevel stricter(AccessLevel a, AccessLevel b) {
        return a.stricterThan(b) ? a : b;
    }
}
