package net.catraca.billing.report;

import java.time.Instant;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Rule;

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
        return of(access.rule(), access.level());
    }

    /** By the effective level and the rule that decided it. */
    public static AccessStatus of(Rule rule, AccessLevel level) {
        return switch (rule) {
            case CANCELLED -> CANCELLED;
            case AWAITING_ACTIVATION -> AWAITING_ACTIVATION;
            case MANUAL_BLOCK -> BLOCKED_MANUALLY;
            case PAUSE -> PAUSED;
            default ->
                switch (level) {
                    case ACTIVE -> ACTIVE;
                    case REDUCED -> REDUCED;
                    case BLOCKED, REFUSED -> BLOCKED;
                };
        };
    }
}
