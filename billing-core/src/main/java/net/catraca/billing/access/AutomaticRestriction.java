package net.catraca.billing.access;

/** How far money may restrict a contract: a hospital is billed, but not blocked. */
public enum AutomaticRestriction {
    NORMAL,
    REDUCE_ONLY,
    NEVER
}
