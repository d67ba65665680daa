package net.catraca.billing.access;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** Why a contract has its level, as facts; logs, replies and screens word it for themselves. */
public sealed interface Reason {

    record Cancelled(LocalDate on) implements Reason {}

    /** @param activeUntil last day on which the installer's grace lets it through, or null when it has none */
    record AwaitingActivation(@Nullable LocalDate activeUntil) implements Reason {}

    record ManuallyBlocked(Instant since) implements Reason {}

    /** @param last last paused day, or null while the pause is open */
    record Paused(LocalDate first, @Nullable LocalDate last) implements Reason {}

    record Exempt(LocalDate first, @Nullable LocalDate last) implements Reason {}

    /** @param until when it ends, or null for a manual release, which a later run ends */
    record Released(
            ReleaseKind kind, Instant from, @Nullable Instant until) implements Reason {}

    /**
     * Late by the policy's count.
     *
     * @param since day 0: the due day of the oldest unpaid receivable that counts, or paid-until of a prepaid contract
     * @param threshold the days late from which the deciding rule holds
     * @param renegotiated whether the debt is renegotiated and has thresholds of its own
     * @param lapsed whether {@code since} is a prepaid contract's paid-until rather than a due day
     */
    record Late(LocalDate since, int daysLate, int threshold, boolean renegotiated, boolean lapsed) implements Reason {}

    /**
     * Late enough for {@code withheld}, but a person protects the contract.
     *
     * @param until last protected day, or null when without end
     */
    record Protected(Rule by, @Nullable LocalDate until, AccessLevel withheld, Late late) implements Reason {}

    /**
     * Late enough for {@code computed}, but no run has committed that: money tightens only through a run. On time, what a
     * write made lapse waits for a midnight, too (see HeldLapse); the decision's next change tells it.
     */
    record AwaitingRun(AccessLevel computed, AccessLevel committed, Late late) implements Reason {}

    /** @param paidUntil last covered day, or null when nothing was covered yet */
    record InGoodStanding(@Nullable LocalDate paidUntil) implements Reason {}
}
