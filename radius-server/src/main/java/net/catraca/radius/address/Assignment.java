package net.catraca.radius.address;

import org.jspecify.annotations.Nullable;

/** What a session is to have, of what its plan names pools of ours for. */
public sealed interface Assignment {

    Assigned NONE = new Assigned(null, null, null);

    /** 255.255.255.254: the NAS is to choose (RFC 2865 §5.8). */
    String NAS_CHOOSES = "255.255.255.254";

    /**
     * @param ipv4 dotted, or null for none of ours
     * @param ipv6Prefix such as 2001:db8:1::/64, or null
     */
    record Assigned(
            @Nullable String ipv4,
            @Nullable String ipv6Prefix,
            @Nullable String delegatedIpv6Prefix) implements Assignment {}

    /** All addresses of that pool are in use, and it says to refuse then. */
    record Exhausted(String pool) implements Assignment {}

    /** This node has none at hand, but will have some in a moment, or another node has. */
    record NotReady(String pool) implements Assignment {}
}
