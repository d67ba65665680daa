package net.catraca.billing.contract;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A subscriber's password, or the hash of one, on its way into the vault; its text does not show. */
public record Password(String text) {

    /** RFC 2865 §5.2: a User-Password has at most 128 octets. */
    public static final int MOST_OCTETS = 128;

    private static final Pattern NT_HASH = Pattern.compile("[0-9A-Fa-f]{32}");

    /** An NT hash as people and programs write it, which may be after {@code 0x}; see {@link #isNtHash}. */
    public static Password ofNtHash(String told) {
        return new Password(told.startsWith("0x") || told.startsWith("0X") ? told.substring(2) : told);
    }

    /** Whether it is the 32 hexadecimal digits of an NT hash. */
    public boolean isNtHash() {
        return NT_HASH.matcher(text).matches();
    }

    /** As UTF-8. */
    public int octets() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return "[hidden]";
    }
}
