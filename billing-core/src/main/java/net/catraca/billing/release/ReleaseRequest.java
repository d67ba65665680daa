package net.catraca.billing.release;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to let a contract through.
 *
 * @param kind manual, temporary or trust unlock
 * @param reason mandatory, for the ledger
 * @param until the end that is wanted, or null for what the policy gives. The ledger's end may be later: releases end
 *     when a run may tighten. A manual release has none
 * @param liftsInterval whether the interval between trust unlocks is lifted this once; the caller has asked whether the
 *     user may
 */
public record ReleaseRequest(
        long contractId,
        ReleaseKind kind,
        String reason,
        @Nullable Instant until,
        boolean liftsInterval) {

    /** Within all limits. */
    public ReleaseRequest(long contractId, ReleaseKind kind, String reason, @Nullable Instant until) {
        this(contractId, kind, reason, until, false);
    }
}
