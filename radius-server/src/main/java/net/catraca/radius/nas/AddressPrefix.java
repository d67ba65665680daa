package net.catraca.radius.nas;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The source addresses of a NAS. Both families live in one space of 128 bits, IPv4 in ::ffff:0:0/96 as RFC 4291
 * §2.5.5.2 maps it, so that a NAS is the same NAS whichever way the socket spells its address.
 *
 * @param high the upper 64 bits; those behind the prefix are zero
 * @param low the lower 64 bits; those behind the prefix are zero
 * @param length 0 to 128; an IPv4 prefix counts from 96
 */
public record AddressPrefix(long high, long low, int length) {

    static final int MAPPED_BITS = 96;
    private static final long MAPPED = 0xFFFF_0000_0000L;

    public AddressPrefix {
        if (length < 0 || length > 128) {
            throw new IllegalArgumentException("prefix length: expected 0 to 128, was " + length);
        }
        if ((high & ~highMask(length)) != 0 || (low & ~lowMask(length)) != 0) {
            throw new IllegalArgumentException("prefix: expected zero bits behind its length");
        }
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/64}, or an address alone for that address alone.
     *
     * @throws IllegalArgumentException naming what was expected
     */
    public static AddressPrefix parse(String text) {
        String expected = expectedInsteadOf(text);
        if (expected != null) {
            throw new IllegalArgumentException("prefix: expected " + expected + ", was \"" + text + "\"");
        }
        return new AddressPrefix(high(octets(text)), low(octets(text)), length(text));
    }

    /**
     * What a person should have written, or null when it is a prefix. Bits set behind the length are none: one cannot
     * tell whether the address or the length was meant.
     */
    public static @Nullable String expectedInsteadOf(String text) {
        if (!isLiteral(addressOf(text))) {
            return "an address such as 192.0.2.1 or a prefix such as 192.0.2.0/24 or 2001:db8::/64";
        }
        byte[] octets = octets(text);
        int most = octets.length * 8;
        int length = length(text);
        if (length < 0) {
            return "a length of 0 to " + most + " behind the slash";
        }
        long high = high(octets) & highMask(length);
        long low = low(octets) & lowMask(length);
        return high == high(octets) && low == low(octets)
                ? null
                : new AddressPrefix(high, low, length) + " for the network or " + addressOf(text) + " for one address";
    }

    private static String addressOf(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    private static byte[] octets(String text) {
        return Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(addressOf(text)));
    }

    /** In the space of 128 bits; negative when it is none. */
    private static int length(String text) {
        int bits = octets(text).length * 8;
        int before = bits == 32 ? MAPPED_BITS : 0;
        int slash = text.indexOf('/');
        if (slash < 0) {
            return before + bits;
        }
        String length = text.substring(slash + 1);
        return length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= bits
                ? before + Integer.parseInt(length)
                : -1;
    }

    private static boolean isLiteral(String address) {
        return NetUtil.isValidIpV4Address(address)
                || (NetUtil.isValidIpV6Address(address) && !address.contains("%") && !address.contains("["));
    }

    /** Whether all addresses of the other are of this one, too. */
    public boolean covers(AddressPrefix other) {
        return other.length >= length
                && (other.high & highMask(length)) == high
                && (other.low & lowMask(length)) == low;
    }

    public boolean isIpv4() {
        return length >= MAPPED_BITS && high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    static long high(InetAddress address) {
        return address instanceof Inet4Address ? 0 : high(address.getAddress());
    }

    static long low(InetAddress address) {
        return low(address.getAddress());
    }

    private static long high(byte[] octets) {
        return octets.length == 4 ? 0 : bigEndian(octets, 0, 8);
    }

    private static long low(byte[] octets) {
        return octets.length == 4 ? MAPPED | bigEndian(octets, 0, 4) : bigEndian(octets, 8, 8);
    }

    private static long bigEndian(byte[] octets, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = (value << 8) | (octets[i] & 0xFF);
        }
        return value;
    }

    static long highMask(int length) {
        return length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    }

    static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }

    /** As an operator writes it, compressed, always with its length. */
    @Override
    public String toString() {
        if (isIpv4()) {
            return NetUtil.intToIpAddress((int) low) + "/" + (length - MAPPED_BITS);
        }
        return NetUtil.toAddressString(address()) + "/" + length;
    }

    private InetAddress address() {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an address", e);
        }
    }
}
