package net.catraca.radius.dictionary;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Addresses and prefixes as people write them, into octets. Never asks a name server: a host name is malformed. */
public final class AddressLiteral {

    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    private AddressLiteral() {}

    /** Four octets of 192.0.2.7, or null: four decimal numbers, no leading zeros (some programs read them as octal). */
    public static byte @Nullable [] ipv4(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != IPV4_OCTETS) {
            return null;
        }
        var octets = new byte[IPV4_OCTETS];
        for (var i = 0; i < IPV4_OCTETS; i++) {
            var value = decimal(parts[i], 255);
            if (value < 0) {
                return null;
            }
            octets[i] = (byte) value;
        }
        return octets;
    }

    /** Sixteen octets of 2001:db8::7, or null. No zone: it would mean nothing on another machine. */
    public static byte @Nullable [] ipv6(String text) {
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return null;
        }
        try {
            var octets = InetAddress.ofLiteral(text).getAddress();
            return octets.length == IPV6_OCTETS ? octets : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /**
     * The value of Framed-IPv6-Prefix and its kin, or null: a zero, the prefix length and sixteen octets whose bits
     * behind the prefix are zero (RFC 3162 §2.3, RFC 4818 §3). Fewer octets would do, but every NAS has seen sixteen.
     */
    public static byte @Nullable [] ipv6Prefix(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            return null;
        }
        var address = ipv6(text.substring(0, slash));
        var bits = decimal(text.substring(slash + 1), 128);
        return address == null || bits < 0 ? null : prefix(address, bits);
    }

    private static byte[] prefix(byte[] address, int bits) {
        var value = new byte[2 + address.length];
        value[1] = (byte) bits;
        for (var i = 0; i < address.length; i++) {
            var kept = Math.clamp(bits - 8 * i, 0, 8);
            value[2 + i] = (byte) (address[i] & (0xff00 >> kept));
        }
        return value;
    }

    /** A decimal number without sign and leading zeros, or -1. */
    private static int decimal(String digits, int max) {
        if (digits.isEmpty() || digits.length() > 3 || (digits.length() > 1 && digits.charAt(0) == '0')) {
            return -1;
        }
        var value = 0;
        for (var i = 0; i < digits.length(); i++) {
            var digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value <= max ? value : -1;
    }
}
