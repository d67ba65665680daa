package net.catraca.billing.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run: who would be tightened at one instant, and what became of them.
 *
 * @param scopePlanId only contracts of this plan, or null for all
 * @param previewedAt the one instant at which every contract was read and decided
 * @param expiresAt from then on it can no longer be committed
 * @param commitStartedAt null while it is a preview
 * @param endedAt when it was committed whole or aborted, else null
 */
public record AccessRun(
        long id,
        long version,
        State state,
        @Nullable Long scopePlanId,
        Instant previewedAt,
        Instant expiresAt,
        String startedBy,
        @Nullable Instant commitStartedAt,
        @Nullable String committedBy,
        @Nullable Instant endedAt,
        Totals totals) {

    public enum State {
        /** Changes nothing; expires. */
        PREVIEW,
        /** Batches are being written; a kill leaves it here and the next commit goes on. */
        COMMITTING,
        COMMITTED,
        ABORTED
    }

    /**
     * @param reduced rows that would become or became reduced
     * @param blocked rows that would become or became blocked
     * @param monthlyCents monthly revenue of the contracts in question
     * @param releasedToday rows whose contract somebody let through today
     * @param sinceLastRun rows that the last committed run of the same scope did not have
     * @param pending rows not yet written
     * @param committed rows written
     * @param dropped rows paid, released or otherwise lighter since the preview
     */
    public record Totals(
            int rows,
            int reduced,
            int blocked,
            long monthlyCents,
            int releasedToday,
            int sinceLastRun,
            int pending,
            int committed,
            int dropped) {}
}
