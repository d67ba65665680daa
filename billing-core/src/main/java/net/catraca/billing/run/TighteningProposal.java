package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * Acts of a job that tighten, beyond the number that it may do in an hour: a guarded run of its own. Nothing of it holds
 * until a second person approves.
 *
 * @param version rises with every row that is added, too: whoever approves has seen them all
 * @param expiresAt when it can no longer be approved; the job tells it again by then, or it has come out
 * @param decision null while it waits
 * @param rows how many there are, and how many of them still wait
 * @param monthlyCents of the contracts whose rows were not dropped: the revenue at stake
 */
public record TighteningProposal(
        long id,
        long version,
        Kind kind,
        State state,
        String proposedBy,
        Instant proposedAt,
        Instant expiresAt,
        @Nullable Decision decision,
        @Nullable Instant endedAt,
        Rows rows,
        long monthlyCents) {

    /** What it would do. */
    public enum Kind {
        CANCEL,
        PAUSE,
        /** Of a login. */
        DELETE,
        /** Of a login, to a contract that answers stricter. */
        MOVE,
        /** A paid-until fact that tightens by itself, under a policy that does so on time. */
        PAID_UNTIL,
        /** Of a commitment that a system of before has made. */
        ADOPT
    }

    public enum State {
        AWAITING_APPROVAL,
        /** Approved, and not written whole yet. */
        COMMITTING,
        COMMITTED,
        DECLINED,
        EXPIRED
    }

    public record Decision(String by, Instant at, @Nullable String reason) {}

    public record Rows(int all, int pending, int committed, int dropped) {}

    /** What it is at an instant: one that waited for too long has expired. */
    public State stateAt(Instant now) {
        return state == State.AWAITING_APPROVAL && !expiresAt.isAfter(now) ? State.EXPIRED : state;
    }

    /**
     * A contract that it would tighten.
     *
     * @param subscriberId the login that would go or move, null for other kinds
     * @param fromLevel what the contract had when it was proposed
     * @param lastDay of a pause; null without end, and for other kinds
     * @param paidUntil with {@code oldestDueOn} what the ERP says of the money; null for other kinds
     * @param byStatus whether {@code oldestDueOn} was told with the status {@code blocked}
     * @param targetContractId the contract to which the login would move; null for other kinds
     * @param level that would be adopted; null for other kinds
     * @param asOf when the ERP knew it
     * @param dropReason null unless it was dropped
     */
    public record Row(
            long id,
            long proposalId,
            long contractId,
            @Nullable Long subscriberId,
            AccessLevel fromLevel,
            long monthlyCents,
            @Nullable String reason,
            @Nullable LocalDate lastDay,
            @Nullable LocalDate paidUntil,
            @Nullable LocalDate oldestDueOn,
            boolean byStatus,
            @Nullable Long targetContractId,
            @Nullable AccessLevel level,
            Instant asOf,
            Outcome outcome,
            @Nullable DropReason dropReason) {}

    public enum Outcome {
        PENDING,
        COMMITTED,
        DROPPED
    }

    public enum DropReason {
        /** Newer news says something else. */
        TOLD_OTHERWISE_SINCE,
        /** The contract, or the login, is in a state that does not allow it any more. */
        NO_LONGER_POSSIBLE,
        /** Approved, and not written within a day: what was seen then may be true no longer. */
        EXPIRED,
        DECLINED
    }
}
