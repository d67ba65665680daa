package net.catraca.billing.access;

import java.time.Instant;
import java.time.LocalDate;
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
 * @param lateSinceDay day 0 of being late by a due date: the effective due day of the oldest unpaid receivable that
 *     counts for blocking; may lie ahead
 * @param lapsedSinceDay day 0 of being late by the end of paid-until: only a prepaid contract whose next period has
 *     an issued, unpaid receivable has one; may lie ahead
 * @param heldLapse null unless a write made it lapse to what the clock had not brought before
 * @param renegotiatedLateSinceDay the same as lateSinceDay for renegotiated receivables, which have thresholds of
 *     their own
 * @param pauses those that run, will run, ended so lately that a freeze may hold what was in them, or cut into the debt:
 *     paused days do not count as late
 * @param exemptions those that run, will run, ended so lately, or ended since paid-until did
 * @param manualBlockSince when an operator blocked the contract, or NO_INSTANT
 * @param releases those that run or will run, or ended by the clock so lately that a freeze may hold them
 * @param doNotBlockUntilDay last day on which money does not block
 * @param doNotReduceUntilDay last day on which money does not reduce
 * @param automaticRestrictionUntilDay last day of automaticRestriction, NO_DAY when without end
 * @param committedLevel what a run has fixed: ACTIVE when nothing
 * @param committedAt when it was fixed, or last recomputed from the receivables left (see Commitment.asOf)
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
        int lapsedSinceDay,
        @Nullable HeldLapse heldLapse,
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

    /** The day in the contract's zone. */
    public int dayAt(Instant instant) {
        long local =
                instant.getEpochSecond() + zone.getRules().getOffset(instant).getTotalSeconds();
        return (int) Math.floorDiv(local, 86_400L);
    }

    int dayAt(long second) {
        return dayAt(Instant.ofEpochSecond(second));
    }

    /** Last covered day, or null when nothing was covered. */
    public @Nullable LocalDate paidUntil() {
        return paidUntilDay == NO_DAY ? null : LocalDate.ofEpochDay(paidUntilDay);
    }

    /** This contract on a newly loaded plan or policy. */
    public ContractSnapshot with(Plan newPlan, AccessPolicy newPolicy) {
        return copy(
                newPlan,
                newPolicy,
                heldLapse,
                committedLevel,
                committedAt,
                committedLateSinceDay,
                committedRenegotiatedLateSinceDay);
    }

    /** This contract with another commitment; day 0 of what it rests on is given apart. */
    ContractSnapshot committed(AccessLevel level, Instant asOf, int lateSince, int renegotiatedLateSince) {
        return copy(plan, policy, heldLapse, level, asOf.getEpochSecond(), lateSince, renegotiatedLateSince);
    }

    ContractSnapshot with(@Nullable HeldLapse held) {
        return copy(
                plan,
                policy,
                held,
                committedLevel,
                committedAt,
                committedLateSinceDay,
                committedRenegotiatedLateSinceDay);
    }

    private ContractSnapshot copy(
            Plan newPlan,
            AccessPolicy newPolicy,
            @Nullable HeldLapse newHeldLapse,
            AccessLevel newCommittedLevel,
            long newCommittedAt,
            int newCommittedLateSince,
            int newCommittedRenegotiatedLateSince) {
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
                lapsedSinceDay,
                newHeldLapse,
                renegotiatedLateSinceDay,
                pauses,
                exemptions,
                manualBlockSince,
                releases,
                doNotBlockUntilDay,
                doNotReduceUntilDay,
                automaticRestriction,
                automaticRestrictionUntilDay,
                newCommittedLevel,
                newCommittedAt,
                newCommittedLateSince,
                newCommittedRenegotiatedLateSince);
    }
}
