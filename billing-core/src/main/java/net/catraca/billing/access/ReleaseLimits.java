package net.catraca.billing.access;

/**
 * What the policy allows of releases.
 *
 * @param toleranceCents a receivable counts as settled when no more than this is missing
 * @param temporaryMaxDays most days a temporary release may grant; 0: none are granted
 * @param temporaryIntervalDays days from one temporary release of a contract to the next
 * @param trustUnlockDays days that a trust unlock of a blocked contract grants; 0: none are granted
 * @param trustUnlockIntervalDays days from one trust unlock of a blocked contract to the next
 * @param trustUnlockMaxDebtDays no trust unlock above so many days late; {@link Thresholds#NEVER}: no limit
 * @param trustUnlockWhenReduced whether a contract that is only reduced may use one
 * @param reducedTrustUnlockDays days that a trust unlock of a contract grants that is only reduced; 0: none are granted
 * @param reducedTrustUnlockIntervalDays days from one trust unlock of a reduced contract to the next; those of the
 *     blocked do not count, nor these for them
 * @param trustUnlockIntervalLift whether a permitted user may lift the interval, once a debt
 * @param releasedDaysPerDebt most days that releases, postponing and payments taken back may add up to for one debt
 * @param manualReleasesPerOperatorDay most manual releases of one operator in a day; above it a second person
 */
public record ReleaseLimits(
        long toleranceCents,
        int temporaryMaxDays,
        int temporaryIntervalDays,
        int trustUnlockDays,
        int trustUnlockIntervalDays,
        int trustUnlockMaxDebtDays,
        boolean trustUnlockWhenReduced,
        int reducedTrustUnlockDays,
        int reducedTrustUnlockIntervalDays,
        boolean trustUnlockIntervalLift,
        int releasedDaysPerDebt,
        int manualReleasesPerOperatorDay) {

    /** The same quota for the reduced as for the blocked, counted apart; the interval may be lifted. */
    public ReleaseLimits(
            long toleranceCents,
            int temporaryMaxDays,
            int temporaryIntervalDays,
            int trustUnlockDays,
            int trustUnlockIntervalDays,
            int trustUnlockMaxDebtDays,
            boolean trustUnlockWhenReduced,
            int releasedDaysPerDebt,
            int manualReleasesPerOperatorDay) {
        this(
                toleranceCents,
                temporaryMaxDays,
                temporaryIntervalDays,
                trustUnlockDays,
                trustUnlockIntervalDays,
                trustUnlockMaxDebtDays,
                trustUnlockWhenReduced,
                trustUnlockDays,
                trustUnlockIntervalDays,
                true,
                releasedDaysPerDebt,
                manualReleasesPerOperatorDay);
    }

    /** Days of a first trust unlock of a contract that inherits its permission; 0 when there is none. */
    int firstTrustUnlockDays(AccessLevel level, int daysLate) {
        if (daysLate > trustUnlockMaxDebtDays) {
            return 0;
        }
        return switch (level) {
            case BLOCKED -> trustUnlockDays;
            case REDUCED -> trustUnlockWhenReduced ? reducedTrustUnlockDays : 0;
            case ACTIVE, REFUSED -> 0;
        };
    }
}
