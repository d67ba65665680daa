package net.catraca.billing.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of a policy as it is kept, with the examples that its author expects to hold.
 *
 * @param activatedAt null while it is a draft, which nothing reads yet
 */
public record KeptVersion(
        long policyId,
        AccessPolicyVersion version,
        List<PolicyExample> examples,
        @Nullable Instant activatedAt) {

    public KeptVersion {
        examples = List.copyOf(examples);
    }
}
