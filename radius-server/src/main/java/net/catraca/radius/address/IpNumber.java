package net.catraca.radius.address;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An address to count with.
 *
 * @param bits 32 or 128
 */
public record IpNumber(BigInteger value, int bits) implements Comparable<IpNumber> {

    /** The address that the text writes out, or null when it is none. */
    public static @Nullable IpNumber parse(String text) {
        byte[] octets =
                text.contains("%") || text.contains("[") ? null : NetUtil.createByteArrayFromIpAddressString(text);
        return octets == null ? null : new IpNumber(new BigInteger(1, octets), octets.length * Byte.SIZE);
    }

    /** The first address of the n-th unit after the one that begins here. */
    public IpNumber unit(long n, int unitLength) {
        return new IpNumber(value.add(BigInteger.valueOf(n).shiftLeft(bits - unitLength)), bits);
    }

    /** The last address of the unit that begins here. */
    public IpNumber lastOfUnit(int unitLength) {
        return new IpNumber(
                value.add(BigInteger.ONE.shiftLeft(bits - unitLength)).subtract(BigInteger.ONE), bits);
    }

    public boolean isUnit(int unitLength) {
        return value.signum() == 0 || value.getLowestSetBit() >= bits - unitLength;
    }

    /** Units from here to the last address, which ends one. */
    public long unitsTo(IpNumber last, int unitLength) {
        return last.value
                .subtract(value)
                .add(BigInteger.ONE)
                .shiftRight(bits - unitLength)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    @Override
    public int compareTo(IpNumber other) {
        return bits == other.bits ? value.compareTo(other.value) : Integer.compare(bits, other.bits);
    }

    /** As our accounting writes addresses: dotted, or compressed (RFC 5952). */
    @Override
    public String toString() {
        byte[] octets = value.toByteArray();
        byte[] whole = new byte[bits / Byte.SIZE];
        int length = Math.min(octets.length, whole.length);
        System.arraycopy(octets, octets.length - length, whole, whole.length - length, length);
        return NetUtil.bytesToIpAddress(Arrays.copyOf(whole, whole.length));
    }
}
