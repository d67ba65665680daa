package net.catraca.billing.release;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A manual release above an operator's daily ceiling: asked for by one person, approved or declined by another.
 *
 * @param reason of the first person, for the ledger
 * @param expiresAt the first instant at which it can no longer be decided
 * @param decision null while it is pending
 */
public record ReleaseApproval(
        long id,
        long version,
        long contractId,
        String reason,
        String requestedBy,
        Instant requestedAt,
        Instant expiresAt,
        State state,
        @Nullable Decision decision) {

    public enum State {
        PENDING,
        APPROVED,
        DECLINED,
        EXPIRED
    }

    /**
     * @param reason may be null when it was approved
     * @param releaseId what it came to when it was approved
     */
    public record Decision(
            String by,
            Instant at,
            @Nullable String reason,
            @Nullable Long releaseId) {}

    /** What it is at an instant: whoever waited too long has not been written down as such yet. */
    public State stateAt(Instant now) {
        return state == State.PENDING && !now.isBefore(expiresAt) ? State.EXPIRED : state;
    }
}
