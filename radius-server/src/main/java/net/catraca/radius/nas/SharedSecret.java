package net.catraca.radius.nas;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A RADIUS shared secret: not empty (RFC 2865 §3), and never shown. */
public final class SharedSecret {

    /** Secrets of so many octets or fewer are warned about: they can be guessed from one captured packet. */
    public static final int WEAK_OCTETS = 12;

    private final byte[] octets;

    public SharedSecret(byte[] octets) {
        if (octets.length == 0) {
            throw new IllegalArgumentException("secret: expected at least 1 octet, was empty");
        }
        this.octets = octets.clone();
    }

    public static SharedSecret of(String text) {
        return new SharedSecret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The octets themselves, not a copy: the packet path digests them for every packet. Do not write to them. */
    public byte[] octets() {
        return octets;
    }

    public boolean isWeak() {
        return octets.length <= WEAK_OCTETS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedSecret that && MessageDigest.isEqual(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return octets.length;
    }

    @Override
    public String toString() {
        return "SharedSecret[hidden]";
    }
}
