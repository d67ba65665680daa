package net.catraca.billing.release;

import java.util.Locale;

/** What may stand in the way of a release. */
public enum ReleaseLimit {
    /** Subscribers may only ask for a trust unlock. */
    NOT_FOR_SUBSCRIBERS,
    /** Manual and temporary releases need a reason for the ledger. */
    REASON_MISSING,
    CONTRACT_CANCELLED,
    CONTRACT_AWAITING_ACTIVATION,
    /** Only an operator lifts a manual block, and not by a release. */
    CONTRACT_BLOCKED_MANUALLY,
    CONTRACT_PAUSED,
    /** The contract is let through already and not late. */
    NOTHING_TO_RELEASE,
    /** A release that runs gives as much already. */
    RELEASED_ALREADY,
    /** The end that is wanted has passed. */
    UNTIL_HAS_PASSED,
    /** A manual release holds until a later run; an end cannot be given. */
    MANUAL_RELEASE_UNTIL,
    /** Manual releases of this operator today; above it a second person. */
    MANUAL_RELEASES_PER_DAY,
    TEMPORARY_RELEASE_NOT_OFFERED,
    TEMPORARY_RELEASE_DAYS,
    /** Days from one temporary release to the next. */
    TEMPORARY_RELEASE_INTERVAL,
    TRUST_UNLOCK_NOT_OFFERED,
    /** Denied for this contract. */
    TRUST_UNLOCK_DENIED,
    /** The contract is not restricted. */
    TRUST_UNLOCK_NOT_NEEDED,
    /** The contract is only reduced, and the policy keeps trust unlocks for the blocked. */
    TRUST_UNLOCK_WHEN_REDUCED,
    TRUST_UNLOCK_DAYS,
    /** Days late above which there is no trust unlock. */
    TRUST_UNLOCK_DEBT_AGE,
    /** Days from one trust unlock to the next. */
    TRUST_UNLOCK_INTERVAL,
    /** The interval between trust unlocks was lifted for this debt already. */
    TRUST_UNLOCK_INTERVAL_LIFTED,
    /** The policy lets nobody lift the interval between trust unlocks. */
    TRUST_UNLOCK_INTERVAL_LIFT_NOT_OFFERED,
    /** Only a trust unlock has an interval that can be lifted. */
    NO_INTERVAL_TO_LIFT,
    /** Days that releases have added up to for this debt. */
    RELEASED_DAYS_PER_DEBT,
    /** Incident releases are granted for a NAS, a region or a circuit prefix, not for a contract. */
    INCIDENT_RELEASE;

    /** Stable name for an API: {@code trust-unlock-interval}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
