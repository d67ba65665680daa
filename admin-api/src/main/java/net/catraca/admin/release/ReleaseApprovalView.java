package net.catraca.admin.release;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import net.catraca.billing.release.ReleaseApproval;
import org.jspecify.annotations.Nullable;

/** A manual release that waits, or waited, for a second person. */
@Serdeable
@Schema(name = "ReleaseApproval")
record ReleaseApprovalView(
        long id,
        long version,
        long contractId,

        @Schema(description = "pending, approved, declined or expired")
        ReleaseApproval.State state,

        String reason,
        String requestedBy,
        Instant requestedAt,

        @Schema(description = "The first instant at which nobody can decide it any more.")
        Instant expiresAt,

        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String decisionReason,

        @Nullable @Schema(description = "The release that it came to when it was approved.")
        Long releaseId) {

    static ReleaseApprovalView of(ReleaseApproval approval, Instant now) {
        var decision = approval.decision();
        return new ReleaseApprovalView(
                approval.id(),
                approval.version(),
                approval.contractId(),
                approval.stateAt(now),
                approval.reason(),
                approval.requestedBy(),
                approval.requestedAt(),
                approval.expiresAt(),
                decision == null ? null : decision.by(),
                decision == null ? null : decision.at(),
                decision == null ? null : decision.reason(),
                decision == null ? null : decision.releaseId());
    }
}
