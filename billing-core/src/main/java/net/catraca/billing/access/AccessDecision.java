package net.catraca.billing.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A level and why.
 *
 * @param policyVersion the number of the policy version that was asked
 * @param nextChange the first instant after the decision's at which level or rule will differ if nothing is written
 *     until then; null when never
 */
public record AccessDecision(
        AccessLevel level,
        Rule rule,
        Reason why,
        int policyVersion,
        @Nullable Instant nextChange) {

    AccessDecision changingAt(@Nullable Instant instant) {
        return new AccessDecision(level, rule, why, policyVersion, instant);
    }
}
