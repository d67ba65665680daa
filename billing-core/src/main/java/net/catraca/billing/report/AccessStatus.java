package net.catraca.billing.report;

import java.time.Instant;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;

/** The access status that people are shown. */
public enum AccessStatus {
    ACTIVE,
    REDUCED,
    /** Automatically. */
    BLOCKED,
    BLOCKED_MANUALLY,
    PAUSED,
    AWAITING_ACTIVATION,
    CANCELLED;

    /** By the contract's effective level. */
    public static AccessStatus of(ContractSnapshot contract, Instant now) {
        var access = AccessPolicy.answer(contract, now, now);
        return switch (access.rule()) {
            case CANCELLED -> CANCELLED;
            case AWAITING_ACTIVATION -> AWAITING_ACTIVATION;
            case MANUAL_BLOCK -> BLOCKED_MANUALLY;
            case PAUSE -> PAUSED;
            default ->
                switch (access.level()) {
                    case ACTIVE -> ACTIVE;
                    case REDUCED -> REDUCED;
                    case BLOCKED, REFUSED -> BLOCKED;
                };
        };
    }
}
