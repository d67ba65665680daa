package net.catraca.billing.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The effective level as the packet path needs it: without the search for the next change.
 *
 * @param rule the one that decided
 * @param policyVersion the number of the policy version that was asked
 * @param certainTightening as in {@link EffectiveAccess}
 */
public record AccessAnswer(
        AccessLevel level,
        Rule rule,
        Reason why,
        int policyVersion,
        @Nullable Instant certainTightening) {}
