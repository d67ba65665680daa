package net.catraca.billing.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run: who would be tightened at one instant, and what became of them.
 *
 * @param previewedAt the one instant at which every contract was read and decided
 * @param expiresAt from then on it can no longer be committed
 * @param askedBy who asked for a commit that a guard stopped, else null
 * @param commitStartedAt null while it is a preview
 * @param endedAt when it was committed whole or aborted, else null
 * @param approval of the second person, or null
 * @param rollback null unless it was rolled back, or is being so
 * @param objections what guards said last, those first that nobody has approved
 */
public record AccessRun(
        long id,
        long version,
        State state,
        RunScope scope,
        Instant previewedAt,
        Instant expiresAt,
        String startedBy,
        @Nullable String askedBy,
        @Nullable Instant commitStartedAt,
        @Nullable String committedBy,
        @Nullable Instant endedAt,
        @Nullable Signature approval,
        @Nullable Signature rollback,
        List<Raised> objections,
        Totals totals) {

    public AccessRun {
        objections = List.copyOf(objections);
    }

    public enum State {
        /** Changes nothing; expires. */
        PREVIEW,
        /** A guard stopped its commit until a second person approves; expires like a preview. */
        AWAITING_APPROVAL,
        /** Batches are being written; a kill leaves it here and the next commit goes on. */
        COMMITTING,
        COMMITTED,
        ABORTED,
        /** Its commitments are being lifted; a kill leaves it here. */
        ROLLING_BACK,
        ROLLED_BACK
    }

    /** @param reason null where none is needed */
    public record Signature(String by, Instant at, @Nullable String reason) {}

    /** @param approved whether a second person has seen it */
    public record Raised(Objection objection, Instant at, boolean approved) {}

    /** With what guards said. */
    public AccessRun with(List<Raised> newObjections) {
        return new AccessRun(
                id,
                version,
                state,
                scope,
                previewedAt,
                expiresAt,
                startedBy,
                askedBy,
                commitStartedAt,
                committedBy,
                endedAt,
                approval,
                rollback,
                newObjections,
                totals);
    }

    /**
     * @param rows all, those too that were skipped
     * @param reduced rows that would become or became reduced; guards did not skip them
     * @param blocked rows that would become or became blocked; guards did not skip them
     * @param monthlyCents monthly revenue of these contracts
     * @param releasedToday of these, those whose contract somebody let through today
     * @param sinceLastRun rows that the last committed run of the same scope did not have
     * @param goneSinceLastRun rows that it had and this one has not
     * @param skipped rows that a guard skipped, at the preview or the commit
     * @param pending rows not yet written
     * @param committed rows written
     * @param dropped rows paid, released, skipped or otherwise lighter
     * @param lifted rows whose commitment was rolled back
     */
    public record Totals(
            int rows,
            int reduced,
            int blocked,
            long monthlyCents,
            int releasedToday,
            int sinceLastRun,
            int goneSinceLastRun,
            int skipped,
            int pending,
            int committed,
            int dropped,
            int lifted) {}
}
