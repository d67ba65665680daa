package net.catraca.radius.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session's subscriber is reached by.
 *
 * @param ipv4 dotted
 * @param ipv6 Framed-IPv6-Address
 * @param ipv6Prefix Framed-IPv6-Prefix, such as 2001:db8:1::/64
 */
public record Addresses(
        @Nullable String ipv4,
        @Nullable String ipv6,
        @Nullable String ipv6Prefix,
        @Nullable String delegatedIpv6Prefix) {

    public static final Addresses NONE = new Addresses(null, null, null, null);

    /** These, and the others' where these say nothing. */
    public Addresses or(Addresses others) {
        return new Addresses(
                ipv4 == null ? others.ipv4 : ipv4,
                ipv6 == null ? others.ipv6 : ipv6,
                ipv6Prefix == null ? others.ipv6Prefix : ipv6Prefix,
                delegatedIpv6Prefix == null ? others.delegatedIpv6Prefix : delegatedIpv6Prefix);
    }
}
