package net.catraca.billing.run;

import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * A contract that a run would tighten.
 *
 * @param fromLevel what it had at the preview
 * @param level what the run would commit: REDUCED or BLOCKED
 * @param lateSince day 0 of the debt that decided
 * @param threshold the days late from which the level holds
 * @param renegotiated whether that debt is renegotiated
 * @param monthlyCents the plan's monthly price: the revenue at stake
 * @param releasedToday whether somebody let it through today already
 * @param place null when nothing is known of it
 * @param dueDay day of the month on which the debt that decided fell due: its billing-day cohort
 * @param dropReason null unless it was dropped
 * @param dropDetail what the guard said, null for other reasons
 */
public record RunRow(
        long runId,
        long contractId,
        AccessLevel fromLevel,
        AccessLevel level,
        int daysLate,
        LocalDate lateSince,
        int threshold,
        boolean renegotiated,
        long policyId,
        int policyVersion,
        long monthlyCents,
        boolean releasedToday,
        @Nullable Place place,
        int dueDay,
        Outcome outcome,
        @Nullable DropReason dropReason,
        @Nullable String dropDetail) {

    /** Left out by a guard. */
    public RunRow skippedBy(String guard, String why) {
        return new RunRow(
                runId,
                contractId,
                fromLevel,
                level,
                daysLate,
                lateSince,
                threshold,
                renegotiated,
                policyId,
                policyVersion,
                monthlyCents,
                releasedToday,
                place,
                dueDay,
                Outcome.DROPPED,
                DropReason.GUARD,
                guard + ": " + why);
    }

    public enum Outcome {
        PENDING,
        COMMITTED,
        DROPPED
    }

    /** Why a commit left a row of its preview out. */
    public enum DropReason {
        /** Decided again under the lock, money no longer asks for what the preview said. */
        NO_LONGER_DUE,
        /** Someone let it through after the preview. */
        RELEASED_SINCE,
        /** An equal or stricter commitment stands already. */
        ALREADY_COMMITTED,
        /** A guard skipped the contract. */
        GUARD,
        /** The commit was interrupted and taken up again too late. */
        EXPIRED,
        ABORTED
    }
}
