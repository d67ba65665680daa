package net.catraca.billing.release;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A release of everybody behind a NAS, in a region or on lines of one circuit prefix, while something there is broken.
 *
 * @param until its instant; each contract's release ends a little later than another's, within {@code spread}
 * @param expiresAt until then a second person may decide
 * @param contracts concerned when it was asked for
 * @param granted releases that it came to
 */
public record IncidentRelease(
        long id,
        long version,
        State state,
        IncidentScope scope,
        String reason,
        Instant until,
        Duration spread,
        String requestedBy,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String decisionReason,
        int contracts,
        int granted) {

    public enum State {
        /** Waits for a second person. */
        PENDING,
        /** Batches are being written; a kill leaves it here. */
        GRANTING,
        GRANTED,
        DECLINED,
        /** Its releases are being ended before their time; a kill leaves it here. */
        ENDING,
        ENDED
    }

    /** When the release of one contract ends. */
    public Instant untilFor(long contractId) {
        return Spread.of(until, spread, contractId);
    }
}
