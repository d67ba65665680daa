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
        int interimSeconds,
        SimultaneousPolicy simultaneousPolicy) {

    /** One whose sessions are replaced from the same line. */
    public PlanDraft(
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
            int interimSeconds) {
        this(
                externalId,
                name,
                policyId,
                monthlyCents,
                active,
                burst,
                reduced,
                ipv4Pool,
                ipv6Pool,
                delegatedIpv6Pool,
                simultaneousSessions,
                interimSeconds,
                SimultaneousPolicy.REPLACE_SAME_LINE);
    }
}
