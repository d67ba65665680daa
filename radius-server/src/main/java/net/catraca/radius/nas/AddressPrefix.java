package net.catraca.radius.nas;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;

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
     * @throws IllegalArgumentException naming what was expected; also when bits behind the length are set, since one
     *     cannot tell whether the address or the length was meant
     */
    public static AddressPrefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!isLiteral(address)) {
            throw new IllegalArgumentException("prefix: expected an address such as 192.0.2.1 or a prefix such as"
                    + " 192.0.2.0/24 or 2001:db8::/64, was \"" + text + "\"");
        }
        byte[] octets = Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address));
        int family = octets.length == 4 ? MAPPED_BITS : 0;
        int length = family + (slash < 0 ? octets.length * 8 : lengthOf(text.substring(slash + 1), octets.length * 8));
        long high = high(octets);
        long low = low(octets);
        if ((high & ~highMask(length)) != 0 || (low & ~lowMask(length)) != 0) {
            var meant = new AddressPrefix(high & highMask(length), low & lowMask(length), length);
            throw new IllegalArgumentException("prefix: bits behind the length are set in \"" + text + "\"; expected "
                    + meant + " for the network, or " + address + " for the one address");
        }
        return new AddressPrefix(high, low, length);
    }

    private static boolean isLiteral(String address) {
        return NetUtil.isValidIpV4Address(address)
                || (NetUtil.isValidIpV6Address(address) && !address.contains("%") && !address.contains("["));
    }

    private static int lengthOf(String text, int most) {
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(
                "prefix length: expected 0 to " + most + " behind the slash, was \"" + text + "\"");
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
