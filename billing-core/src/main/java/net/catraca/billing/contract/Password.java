package net.catraca.billing.contract;

import java.nio.charset.StandardCharsets;

/** A subscriber's password on its way into the vault; its text does not show. */
public record Password(String text) {

    /** RFC 2865 §5.2: a User-Password has at most 128 octets. */
    public static final int MOST_OCTETS = 128;

    /** As UTF-8. */
    public int octets() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return "[hidden]";
    }
}
