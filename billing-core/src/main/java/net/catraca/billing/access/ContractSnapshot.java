package net.catraca.billing.access;

import java.time.ZoneId;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Plan;
import org.jspecify.annotations.Nullable;

/**
 * All that an access decision reads of a contract: immutable, small (a directory holds a million), true at every
 * instant until the contract is written again. Policy, plan and zone are shared between snapshots.
 *
 * <p>Days are days since 1970-01-01 in the contract's zone, {@link #NO_DAY} for none; instants are seconds since
 * 1970-01-01T00:00Z, {@link #NO_INSTANT} for none.
 *
 * @param version rises with every write; of two snapshots of a contract the higher is true
 * @param statusSinceDay signing day while awaiting activation, else the day of activation or cancellation
 * @param paidUntilDay last day of the unbroken run of coverage; NO_DAY when nothing was covered
 * @param lateSinceDay day 0 of being late: the effective due day of the oldest unpaid receivable that counts for
 *     blocking, or paid-until of a prepaid contract whose next period has an unpaid receivable; may lie ahead
 * @param lateByPaidUntil whether lateSinceDay is a prepaid contract's paid-until
 * @param renegotiatedLateSinceDay the same for renegotiated receivables, which have thresholds of their own
 * @param pauses those that run, will run, or cut into the debt: paused days do not count as late
 * @param exemptions those that run or will run, or began after the commitment
 * @param releases those that run or will run
 * @param doNotBlockUntilDay last day on which money does not block
 * @param doNotReduceUntilDay last day on which money does not reduce
 * @param automaticRestrictionUntilDay last day of automaticRestriction, NO_DAY when without end
 * @param committedLevel what a run has fixed: ACTIVE when nothing
 * @param committedAt when it was fixed
 * @param committedLateSinceDay day 0 of the oldest regular receivable that the commitment still rests on
 * @param committedRenegotiatedLateSinceDay the same for the renegotiated ones
 */
public record ContractSnapshot(
        long contractId,
        long version,
        long customerId,
        Plan plan,
        AccessPolicy policy,
        ZoneId zone,
        ContractStatus status,
        int statusSinceDay,
        BillingMode billingMode,
        int paidUntilDay,
        int lateSinceDay,
        boolean lateByPaidUntil,
        int renegotiatedLateSinceDay,
        @Nullable DayWindow pauses,
        @Nullable DayWindow exemptions,
        long manualBlockSince,
        @Nullable ReleaseWindow releases,
        int doNotBlockUntilDay,
        int doNotReduceUntilDay,
        AutomaticRestriction automaticRestriction,
        int automaticRestrictionUntilDay,
        AccessLevel committedLevel,
        long committedAt,
        int committedLateSinceDay,
        int committedRenegotiatedLateSinceDay) {

    public static final int NO_DAY = Integer.MIN_VALUE;
    public static final long NO_INSTANT = Long.MIN_VALUE;

    /** This contract on a newly loaded plan or policy. */
    public ContractSnapshot with(Plan newPlan, AccessPolicy newPolicy) {
        return new ContractSnapshot(
                contractId,
                version,
                customerId,
                newPlan,
                newPolicy,
                zone,
                status,
                statusSinceDay,
                billingMode,
                paidUntilDay,
                lateSinceDay,
                lateByPaidUntil,
                renegotiatedLateSinceDay,
                pauses,
                exemptions,
                manualBlockSince,
                releases,
                doNotBlockUntilDay,
                doNotReduceUntilDay,
                automaticRestriction,
                automaticRestrictionUntilDay,
                committedLevel,
                committedAt,
                committedLateSinceDay,
                committedRenegotiatedLateSinceDay);
    }
}
