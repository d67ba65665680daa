package net.catraca.radius.auth;

import java.util.Arrays;

/** A password as it arrived, in clear; never shown, and overwritten by {@link #close}. */
public final class ReceivedPassword implements AutoCloseable {

    private final byte[] octets;

    /** @param octets taken over, not copied */
    ReceivedPassword(byte[] octets) {
        this.octets = octets;
    }

    /** The octets themselves, usually UTF-8; zeros once closed. */
    public byte[] octets() {
        return octets;
    }

    @Override
    public void close() {
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public String toString() {
        return "ReceivedPassword[hidden]";
    }
}
