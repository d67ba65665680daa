package net.catraca.radius.address;

/** What a pool gives a session. */
public enum PoolFamily {
    /** Framed-IP-Address (RFC 2865 §5.8). */
    IPV4(32),
    /** Framed-IPv6-Prefix, of the link (RFC 3162 §2.3). */
    IPV6_PREFIX(128),
    /** Delegated-IPv6-Prefix, for the subscriber's own network (RFC 4818). */
    DELEGATED_IPV6_PREFIX(128);

    private final int bits;

    PoolFamily(int bits) {
        this.bits = bits;
    }

    /** Of an address: 32 or 128. */
    public int bits() {
        return bits;
    }

    /** The length of what a session gets, where nobody says another: an address, a /64, a /56. */
    public int usualUnitLength() {
        return switch (this) {
            case IPV4 -> 32;
            case IPV6_PREFIX -> 64;
            case DELEGATED_IPV6_PREFIX -> 56;
        };
    }
}
