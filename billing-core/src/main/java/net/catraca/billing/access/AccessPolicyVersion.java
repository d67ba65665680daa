package net.catraca.billing.access;

import java.time.LocalDate;

/**
 * A dated version of a policy; a version is never changed once it is active.
 *
 * @param number 1 and rising
 * @param effectiveFrom the first day (in the contract's zone) on which it holds
 * @param renegotiated thresholds of renegotiated debt
 * @param prepaidTightening whether the end of a prepaid contract's paid-until tightens by itself
 * @param lockViolatedAs what a login gets that is used from where its locks do not let it
 * @param awaitingActiveDays days from signing on which a contract that awaits activation is let through for the
 *     installer; 0 is none
 * @param releaseLevel what a release gives: ACTIVE or REDUCED
 * @param notice what must have been sent before a run may tighten
 * @param agreement what holds of agreements that are signed
 */
public record AccessPolicyVersion(
        int number,
        LocalDate effectiveFrom,
        Thresholds regular,
        Thresholds renegotiated,
        PrepaidTightening prepaidTightening,
        BlockedAs blockedAs,
        BlockedAs lockViolatedAs,
        int awaitingActiveDays,
        AccessLevel releaseLevel,
        ReleaseLimits limits,
        NoticeDemand notice,
        AgreementTerms agreement) {

    /**
     * One that refuses a violated lock: the garden takes whoever is in it for the subscriber, and would show a stranger
     * the bill. It demands no notice.
     */
    public AccessPolicyVersion(
            int number,
            LocalDate effectiveFrom,
            Thresholds regular,
            Thresholds renegotiated,
            PrepaidTightening prepaidTightening,
            BlockedAs blockedAs,
            int awaitingActiveDays,
            AccessLevel releaseLevel,
            ReleaseLimits limits) {
        this(
                number,
                effectiveFrom,
                regular,
                renegotiated,
                prepaidTightening,
                blockedAs,
                BlockedAs.REJECT,
                awaitingActiveDays,
                releaseLevel,
                limits,
                NoticeDemand.NOTHING,
                AgreementTerms.USUAL);
    }

    /** One with the usual terms of agreements. */
    public AccessPolicyVersion(
            int number,
            LocalDate effectiveFrom,
            Thresholds regular,
            Thresholds renegotiated,
            PrepaidTightening prepaidTightening,
            BlockedAs blockedAs,
            BlockedAs lockViolatedAs,
            int awaitingActiveDays,
            AccessLevel releaseLevel,
            ReleaseLimits limits,
            NoticeDemand notice) {
        this(
                number,
                effectiveFrom,
                regular,
                renegotiated,
                prepaidTightening,
                blockedAs,
                lockViolatedAs,
                awaitingActiveDays,
                releaseLevel,
                limits,
                notice,
                AgreementTerms.USUAL);
    }

    /** This version under another number. */
    public AccessPolicyVersion numbered(int newNumber) {
        return new AccessPolicyVersion(
                newNumber,
                effectiveFrom,
                regular,
                renegotiated,
                prepaidTightening,
                blockedAs,
                lockViolatedAs,
                awaitingActiveDays,
                releaseLevel,
                limits,
                notice,
                agreement);
    }

    int effectiveFromDay() {
        return (int) effectiveFrom.toEpochDay();
    }

    public enum PrepaidTightening {
        BY_RUN,
        ON_TIME
    }

    /** Whether a blocked subscriber is let into the walled garden or refused. */
    public enum BlockedAs {
        GARDEN,
        REJECT
    }
}
