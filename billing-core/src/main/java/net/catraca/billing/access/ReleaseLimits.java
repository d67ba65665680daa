package net.catraca.billing.access;

/**
 * What the policy allows of releases.
 *
 * @param toleranceCents a receivable counts as settled when no more than this is missing
 * @param temporaryMaxDays most days a temporary release may grant; 0: none are granted
 * @param temporaryIntervalDays days from one temporary release of a contract to the next
 * @param trustUnlockDays days that a trust unlock grants; 0: none are granted
 * @param trustUnlockIntervalDays days from one trust unlock of a contract to the next
 * @param trustUnlockMaxDebtDays no trust unlock above so many days late; {@link Thresholds#NEVER}: no limit
 * @param trustUnlockWhenReduced whether a contract that is only reduced may use one
 * @param releasedDaysPerDebt most days that releases may add up to for one debt
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
        int releasedDaysPerDebt,
        int manualReleasesPerOperatorDay) {}
