package net.catraca.billing.release;

public enum ReleaseKind {
    /** NOC, no end: holds until a later run commits for the contract. */
    MANUAL,
    /** NOC, some days. */
    TEMPORARY,
    /** The subscriber's own short unlock, or NOC for them. */
    TRUST_UNLOCK,
    /** NOC for a NAS, a region or a circuit prefix. */
    INCIDENT
}
