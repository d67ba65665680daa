package net.catraca.billing.contract;

import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import org.jspecify.annotations.Nullable;

/** A plan as somebody wants it written; see {@link Plan} for the meaning. */
public record PlanDraft(
        @Nullable String externalId,
        String name,
        long policyId,
        long monthlyCents,
        Rate active,
        @Nullable Burst burst,
        Rate reduced,
        @Nullable String ipv4Pool,
        @Nullable String ipv6Pool,
        @Nullable String delegatedIpv6Pool,
        int simultaneousSessions,
        int interimSeconds) {}
