package net.catraca.radius.nas;

import org.jspecify.annotations.Nullable;

/**
 * A router that may ask us.
 *
 * @param version rises with every write
 * @param prefix the source addresses it asks from, such as 192.0.2.1/32 or 2001:db8::/64; the longest match wins
 * @param nasIdentifier tells several NASes behind one prefix apart, for vendor and policy but never for the secret
 *     (RFC 2865 §5.32); null matches any
 * @param secret of all NASes with this prefix; never empty
 * @param vendor name of a vendor profile
 * @param coaPort where it listens for CoA and Disconnect, usually 3799, on Cisco often 1700
 * @param rejectDelayMillis how long a reject waits; null for the vendor profile's
 */
public record Nas(
        long id,
        long version,
        String name,
        String prefix,
        @Nullable String nasIdentifier,
        SharedSecret secret,
        String vendor,
        @Nullable String region,
        int coaPort,
        MessageAuthenticatorPolicy messageAuthenticator,
        boolean messageAuthenticatorSeen,
        BlockedAnswer blockedAnswer,
        boolean msChapV1Allowed,
        boolean statusServerAnswered,
        boolean messageAuthenticatorOmitted,
        @Nullable Integer rejectDelayMillis) {

    /** What becomes of a request without Message-Authenticator (CVE-2024-3596). */
    public enum MessageAuthenticatorPolicy {
        /** Accepted, with a warning; so is Proxy-State without one. */
        ACCEPT,
        /** Accepted until the first request that has one, and required from then on. */
        AUTO,
        /** Dropped in silence. */
        REQUIRE
    }

    /** What a blocked subscriber gets from this NAS. */
    public enum BlockedAnswer {
        /** As the policy says. */
        POLICY,
        GARDEN,
        REJECT
    }
}
