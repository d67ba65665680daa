package net.catraca.billing.contract;

import org.jspecify.annotations.Nullable;

/**
 * What is sold: rates in kbit/s (1k = 1000) as the subscriber sees them, down and up.
 *
 * @param version rises with every write
 * @param policyId the access policy of contracts that do not name their own
 * @param burst null when the plan has none
 * @param ipv4Pool name of a pool on the NAS, as are the two for IPv6; null for the NAS's default. After
 *     {@value #OWN_POOL} the name of a pool of ours, from which the address is assigned here
 * @param simultaneousSessions sessions of one login at a time, 1 to 1000
 * @param interimSeconds how often a NAS should report usage, 60 to 86400
 */
public record Plan(
        long id,
        long version,
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

    /** What the name of a pool of ours begins with. */
    public static final String OWN_POOL = "catraca:";

    /** One whose sessions are replaced from the same line. */
    public Plan(
            long id,
            long version,
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
                id,
                version,
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

    public record Rate(int downKbps, int upKbps) {}

    /** Up to {@code peak} for {@code seconds} while the average stays below {@code threshold}. */
    public record Burst(Rate peak, Rate threshold, int seconds) {}
}
